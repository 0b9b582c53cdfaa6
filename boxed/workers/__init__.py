"""Workers: the specialised ways to answer about one policy."""
