"""Executors that run a training or serving command: docker or a local process."""
