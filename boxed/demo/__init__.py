"""The demonstration: the embedded product and the box are asked the same questions."""
