"""Delimited files and closed workbooks become a spool: one CSV on disk with its facts."""
