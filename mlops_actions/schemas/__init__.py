"""Schemas inferred from data, compared with one another, and imported from other tools: texts and values, no I/O."""
