"""Describing a dataset: its title, description and columns, read, edited as cells, and pushed."""
