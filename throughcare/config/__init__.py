"""Assembles the house: settings, urls, follows, panels, cli.

It may import everything.
Nobody imports it.
"""
