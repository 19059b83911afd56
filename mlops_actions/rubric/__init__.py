"""The ML Test Score: 28 probes and the scorer; pure (floor 3)."""
