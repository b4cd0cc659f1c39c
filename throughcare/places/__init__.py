"""Where things are: Establishment and Location, reference data for everybody.

It may know the codes that the prison service uses.
It never knows who is in a place.
"""
