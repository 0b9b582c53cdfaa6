"""Removal with a certificate, held against refitting on published questions."""
