"""Who asks a service to see somebody: ServiceRequest, its answer, the one reply to the person, and whether they came.

A service answers once; what is due is told by pathways from the facts it leaves.
"""
