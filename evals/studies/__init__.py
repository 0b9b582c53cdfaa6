"""Studies: one question each, asked with models, metrics and suites, answered in a table."""
