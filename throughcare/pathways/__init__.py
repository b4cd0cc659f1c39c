"""What is due and who owes it: the clocks of the rulebook, ClockStart and Task.

It hears facts of any module by name.
It never reads another module's tables.
"""
