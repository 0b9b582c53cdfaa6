"""Policies from examples of what must be forgotten."""
