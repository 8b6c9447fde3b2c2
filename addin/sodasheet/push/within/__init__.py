"""Replacing a part of a dataset."""
