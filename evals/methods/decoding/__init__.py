"""Forgetting while decoding: the weights stay, the next token's logits change."""
