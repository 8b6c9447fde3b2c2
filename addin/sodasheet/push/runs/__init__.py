"""Runs: the record of each push on disk, its lock and its history."""
