"""The embedded product: its world, its training and its figures."""
