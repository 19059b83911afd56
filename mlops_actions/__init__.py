"""Codecov for models: a GitHub Actions-native MLOps toolkit whose ML Test Score is computed, not claimed."""

__version__ = "0.1.0"
