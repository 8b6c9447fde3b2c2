"""Columns of a dataset at the desk: added, renamed, given another type, undone."""
