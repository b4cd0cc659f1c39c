"""What becomes due, is done, taken over and cancelled; a file a subject."""

from throughcare.pathways.actions.planning import follow, follow_all, replan
from throughcare.pathways.actions.tasks import accept, cancel, claim, cover, give_back

__all__ = ["accept", "cancel", "claim", "cover", "follow", "follow_all", "give_back", "replan"]
