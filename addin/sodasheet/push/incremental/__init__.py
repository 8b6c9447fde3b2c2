"""Sending only what changed since the last push, or since the dataset was read."""
