"""Schedulers of the operating systems."""
