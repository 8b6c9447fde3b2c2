"""The `sodasheet job` commands."""
