"""What the prison holds: Prisoner, CustodyPeriod, Movement, BedStay, ExpectedArrival, mirrored from HMPPS.

It may know places and access.
It knows nothing of health, and never asks why somebody is here.
"""
