"""Files into the store: read, cut into chunks, added once."""
