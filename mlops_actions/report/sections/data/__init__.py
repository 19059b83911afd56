"""The data part of the comment: verdict and failures on the first screen, the rest folded."""
