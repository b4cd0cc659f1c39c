"""Pages about people: arrivals board, patient page, search, Today.

It reads every module below.
It owns no table.
"""
