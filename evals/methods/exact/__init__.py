"""Exact unlearning: models made of parts, of which those that saw the data are trained anew."""
