"""The clinical record every module shares: Encounter, Observation, AllergyIntolerance, Warning.

It may know patients and everything below the clinical line.
It never decides what is due.
"""
