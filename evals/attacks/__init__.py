"""The attack suite: what clever clients try, and what must stay untouched meanwhile."""
