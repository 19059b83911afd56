"""The model card: what a model is, what it is for, how good it is and what nobody looked at."""
