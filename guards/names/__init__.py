"""Names: where a text names a forgotten subject, openly, sealed, or in parts."""
