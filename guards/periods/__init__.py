"""Periods: what a text says of time, for policies that forget all that is later than a day."""
