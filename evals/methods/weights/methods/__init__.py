"""Unlearning methods, one family a file; ``evals.methods.weights.catalogue`` lists them."""
