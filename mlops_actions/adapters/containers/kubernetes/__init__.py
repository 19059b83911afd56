"""Training as a Kubernetes Job: the same image, contract and results as with docker."""
