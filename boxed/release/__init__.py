"""Release: the last look at everything that may leave, whole or while it is written."""
