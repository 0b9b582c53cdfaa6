"""OpenAI's Responses API, said as a chat and back."""
