"""Builds what is in templates/ (needs the build extra)."""
