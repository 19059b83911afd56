"""Intervals, bootstrap, multiplicity and power (floor 2; numpy and SciPy)."""
