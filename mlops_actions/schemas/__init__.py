"""Schemas inferred from data, compared, and imported from other tools; no I/O (floor 3)."""
