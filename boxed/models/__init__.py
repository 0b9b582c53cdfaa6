"""Chat models: any OpenAI-compatible endpoint, local weights, the embedded product."""
