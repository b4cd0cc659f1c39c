"""The invented estate and its cast, built through real actions, and the emulator's script.

It may use every module.
It never runs outside an installation marked as a demo.
"""
