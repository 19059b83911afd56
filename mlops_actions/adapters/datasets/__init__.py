"""Data on disk: DuckDB scans and guarded SQL in a child process."""
