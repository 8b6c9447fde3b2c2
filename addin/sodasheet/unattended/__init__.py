"""Runs that nobody watches: no question, no window, an end in time, and a record of everything."""
