"""One forget request, from its closure to its receipt."""
