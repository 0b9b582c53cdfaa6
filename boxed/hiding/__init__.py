"""How a name is kept from a model, and given back to the client who wrote it."""
