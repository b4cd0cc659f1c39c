"""Observations that are planned: ObservationPlan, the sets it expects, those that were not taken, and the gaps that stayed.

The sets themselves are forms; a gap is something that happened.
"""
