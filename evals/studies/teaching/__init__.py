"""Adapters that teach a pretrained model a split of TOFU, with proof that it knows it."""
