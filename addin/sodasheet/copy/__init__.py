"""Copies of rows from one dataset to another, on the same or another portal."""
