"""The stand-alone page of a data set: no request to anywhere, usable without its few lines of script."""
