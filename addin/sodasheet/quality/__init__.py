"""Comparing a source with the dataset it is meant for: profiles, findings, private data."""
