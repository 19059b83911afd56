"""Results to view model to Markdown, HTML and plots; returns text and bytes (floor 3)."""
