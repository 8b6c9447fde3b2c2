"""Jobs as files."""
