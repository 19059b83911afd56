"""Dataset checks: what they need, measure and judge; pure over profile values (floor 3)."""
