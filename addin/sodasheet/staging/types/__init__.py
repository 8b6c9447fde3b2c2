"""Data types: how each is checked, converted and written."""
