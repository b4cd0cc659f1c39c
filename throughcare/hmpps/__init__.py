"""The door to the prison service: its messages in, our custody actions out.

Nobody else sees the service's own words.
It never decides anything about care.
"""
