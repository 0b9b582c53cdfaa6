"""Floor 3: the box itself."""
