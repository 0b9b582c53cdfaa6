"""The command ``boxed-evals``."""
