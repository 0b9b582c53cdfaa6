"""Edits of weights that need no gradient descent of their own: one operation a file."""
