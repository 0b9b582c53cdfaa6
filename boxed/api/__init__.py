"""OpenAI's shapes: one request, the replies to it, and the texts inside both."""
