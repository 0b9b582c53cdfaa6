"""Certified removal from convex models: a bound on how far the result may be from retraining."""
