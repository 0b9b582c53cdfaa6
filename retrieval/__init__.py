"""Floor 2: sentence vectors, and the store of content that may have to be forgotten."""
