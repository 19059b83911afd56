"""The limits of the drift verdict as they come (statistics/drift.py); no numeric stack to read them."""

ALPHA = 0.001
MATERIAL = 0.05
MIN_ROWS = 200
