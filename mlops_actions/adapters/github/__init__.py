"""The GitHub REST API: comments, statuses, pull requests, files, runs, artifacts."""
