"""The only doors to the outside world (floor 4)."""
