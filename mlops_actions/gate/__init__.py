"""Gate rules over every kind of result; pure (floor 3)."""
