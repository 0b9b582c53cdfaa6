"""Metrics: pure functions on texts and likelihoods, then one thin layer from records to figures."""
