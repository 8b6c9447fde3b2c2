"""Data types of a dataset: accepted input, stored form, output (portal-api.md D)."""
