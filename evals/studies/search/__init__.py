"""The search for the unlearning methods' default numbers, on the embedded model."""
