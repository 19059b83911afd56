"""The process executor: the same entry points without an engine, bounded, not contained."""
