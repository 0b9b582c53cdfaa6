"""Floor 4: what is measured and how; nothing is above it."""
