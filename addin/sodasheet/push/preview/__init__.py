"""Previews: the rows that a push would add, change or delete."""
