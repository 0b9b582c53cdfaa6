"""Benchmark records, read from folders of JSONL: the published sets and the embedded world."""
