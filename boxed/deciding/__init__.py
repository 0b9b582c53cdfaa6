"""The way of one request with evidence: routed, worked on, composed, checked."""
