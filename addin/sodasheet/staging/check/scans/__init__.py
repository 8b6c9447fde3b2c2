"""Scans of the cells that fill one dataset column."""
