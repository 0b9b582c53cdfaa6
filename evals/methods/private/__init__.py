"""Differentially private training: what no single record could have changed much."""
