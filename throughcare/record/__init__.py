"""The clinical record every module shares: Encounter, Observation, Condition, Immunization, Specimen, Warning and more.

It may know patients and everything below the clinical line.
It never decides what is due.
"""
