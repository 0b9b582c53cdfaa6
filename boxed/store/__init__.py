"""Answers from the store of content that may have to be forgotten."""
