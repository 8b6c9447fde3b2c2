"""Scheduled jobs: the operating system's scheduler starts `sodasheet run`."""
