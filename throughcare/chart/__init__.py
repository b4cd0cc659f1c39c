"""Pages about people: arrivals and pathway boards, patient page, timeline, search, Today.

It reads every module below.
It owns no table.
"""
