"""Workbooks that are open in another program: what the ribbon offers, without any macro."""
