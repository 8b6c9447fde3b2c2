"""Copies of rows from one dataset to another, on the same portal or another one."""
