"""Columns of an existing dataset: added and renamed, with preview, record and undo."""
