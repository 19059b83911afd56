"""The limits of the drift verdict as they come (statistics/drift.py); no numeric stack to read them."""

ALPHA = 0.001
MATERIAL = 0.05
RATIO = 1.5
MIN_EXPECTED = 100
MIN_ROWS = 200
MAX_NEW_SHARE = 0.001
