"""Workbooks that are open in another program: everything that the ribbon offers, without macros."""
