"""Snapshots of the rows before a push, and undo."""
