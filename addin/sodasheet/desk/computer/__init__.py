"""The This computer page."""
