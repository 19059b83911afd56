"""Runs inside the user's image: a server for a fitted model; imports errors only."""
