"""How long tests wait for what must come: one figure for all of them."""

DEADLINE = 60.0
"""Seconds any condition of a test may take: what a hang costs, and enough on a busy machine."""
