"""git: which commit is the base, and its files, without running anything of the repository."""
