"""Well-known words for a missing value, as a regular expression that DuckDB, Spark and Python read alike."""

WORDS = r"(?i:na|n/a|n\.a\.|#n/a|<na>|nan|null|none|\?|-|\\n)"
