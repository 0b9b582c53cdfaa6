"""Virtual keys: who may ask, for which tenant, of which upstream, how often and how much."""
