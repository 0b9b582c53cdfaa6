"""What a training loop of any model needs, whatever is learnt or forgotten."""
