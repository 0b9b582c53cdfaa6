"""The store in Chroma, and what it takes to clear its files of erased bytes."""
