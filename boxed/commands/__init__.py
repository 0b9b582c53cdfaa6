"""The command ``boxed``, a module per command."""
