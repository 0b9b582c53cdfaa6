"""The gate alone: what the screen recognises of a topic, and what else it touches. No model."""
