"""Meaning: what a text is about where it names nobody."""
