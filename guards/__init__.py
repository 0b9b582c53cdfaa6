"""Guards: text in, verdict out. No I/O and no model call; an embedding function is passed in."""
