"""Runs: suites put to systems, every answer on disk once, whatever stops it on the way."""
