"""Places that are looked up by their addresses."""
