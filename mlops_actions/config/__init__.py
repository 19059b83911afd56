"""mlops.yaml: text to Config, or every error with its line; pure (floor 2)."""
