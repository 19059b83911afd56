"""Metrics, slices, KPI aggregation and comparison on arrays; pure (floor 3)."""
