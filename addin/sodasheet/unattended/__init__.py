"""Unattended runs: no questions, no windows, a time limit, and a full record."""
