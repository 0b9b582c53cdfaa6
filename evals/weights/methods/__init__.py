"""Unlearning methods, one family a file; ``evals.weights.catalogue`` lists them."""
