"""Erasure: the job, the scan for what is left, the guard against its return."""
