"""Likeness: what leaves in the product's place looks like the product's, in every field."""
