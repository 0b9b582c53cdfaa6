"""Losses of unlearning methods: pure functions of tensors, one family a file."""
