"""Visits, the first night's screen first: which forms, in which order, what stops, what is signed, what officers may know.

It asks through instruments and writes to the record.
It never makes a task; it leaves facts.
"""
