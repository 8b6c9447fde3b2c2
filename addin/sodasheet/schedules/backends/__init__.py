"""The schedulers of the operating systems."""
