"""Profiles of a source: the types that its values have."""
