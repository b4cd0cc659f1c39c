"""What the prison holds: Prisoner, Movement, BedStay, Alert, KeyDate, NonAssociation and more, mirrored from HMPPS.

It may know places and access.
It knows nothing of health, and never asks why somebody is here.
"""
