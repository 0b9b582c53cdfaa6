"""Where things lie, for tests that read a document or start a program of their own."""

from pathlib import Path

PARTS = Path(__file__).parent
ROOT = PARTS.parents[1]
