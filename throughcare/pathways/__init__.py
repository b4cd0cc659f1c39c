"""What is due and who owes it, told from what happened: pathways, Task, Enrolment.

It hears facts of any module by name.
It never reads another module's tables.
"""
