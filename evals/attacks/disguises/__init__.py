"""Ways to write a name, a question or an answer, and to read them again."""
