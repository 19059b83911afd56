"""run(config, ports) -> Outcome: composition only (floor 5)."""
