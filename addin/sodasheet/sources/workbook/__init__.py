"""Closed workbooks."""
