"""Suggesting which source column fills which dataset column."""
