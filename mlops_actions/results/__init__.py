"""Frozen results that one stage hands to the next (floor 2)."""
