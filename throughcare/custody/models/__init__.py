"""What the prison holds, mirrored from HMPPS; a file a subject."""

from throughcare.custody.models.mirror import (
    BedStay,
    CustodyPeriod,
    ExpectedArrival,
    Mirror,
    MirrorQuerySet,
    Movement,
    Prisoner,
    Sight,
    _Span,
    one_at_a_time,
)
from throughcare.custody.models.said import Alert, Alias, KeyDate, NonAssociation

__all__ = [
    "Alert", "Alias", "BedStay", "CustodyPeriod", "ExpectedArrival", "KeyDate", "Mirror", "MirrorQuerySet", "Movement",
    "NonAssociation", "Prisoner", "Sight", "_Span", "one_at_a_time",
]  # fmt: skip
