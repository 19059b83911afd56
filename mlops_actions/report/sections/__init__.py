"""The report's parts: view in, blocks out."""
