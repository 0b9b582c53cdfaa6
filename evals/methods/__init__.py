"""Ways to forget that change a model or its decoding: what the box is compared with."""
