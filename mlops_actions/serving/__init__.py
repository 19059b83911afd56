"""A model server for the user's image: `python -m mlops_actions.serving --model-dir DIR --port N`.

For a project that has a fitted scikit-learn-style model and no server of its own. It runs beside the model,
never in the toolkit's process, and imports nothing of the toolkit but its errors.
"""
