"""scikit-learn work on arrays (floor 3)."""
