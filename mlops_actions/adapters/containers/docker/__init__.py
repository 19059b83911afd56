"""The docker executor: a hardened container in the engine that answers."""
