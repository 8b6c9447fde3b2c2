"""Notifications: tell people how an unattended run ended."""
