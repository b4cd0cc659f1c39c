"""What becomes due, is done, taken over, cancelled, asked and answered; a file a subject."""

from throughcare.pathways.actions.planning import cancel, finish, follow, leave, stand_down, start, travel

__all__ = ["cancel", "finish", "follow", "leave", "stand_down", "start", "travel"]
