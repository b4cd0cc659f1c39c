"""The first-night screen: which questions, in which order, what stops, what is signed, what officers may know.

It asks through instruments and writes to the record.
It never makes a task; it leaves facts.
"""
