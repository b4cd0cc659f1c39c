"""Healthcare's person: Patient, names, identifiers, needs, the match to a Prisoner, and reach (who may see whom).

It may know custody and everything below.
It never holds anything clinical.
"""
