"""Who did what and who looked: Fact, Access, and the rows that changed.

It may know names and identifiers of anything, as plain values that outlive what they describe.
It never holds a foreign key, and never clinical content.
"""
