"""Comparison of a source with its target dataset: profiles, findings, private data."""
