"""Reading: what a text says, whatever code points or encodings were used to write it."""
