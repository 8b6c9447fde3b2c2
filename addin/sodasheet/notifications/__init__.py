"""Notifications about the outcome of unattended runs."""
