"""Anthropic's Messages API, said as a chat and back, in both directions."""
