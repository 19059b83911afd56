"""Value counts, histograms and schemas of a data set: frozen values, no I/O (floor 2)."""
