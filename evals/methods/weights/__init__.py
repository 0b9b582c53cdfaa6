"""Forgetting in the weights: losses, edits, methods and the loop that runs them."""
