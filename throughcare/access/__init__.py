"""Who may: User, Organisation, Membership, the roles, and the context in which every request acts.

It may know places and audit.
It never knows a patient.
"""
