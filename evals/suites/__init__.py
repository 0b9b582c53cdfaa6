"""Suites: what every system is asked, one file each; loaded from a folder, the hub or built."""
