"""Storage of the practice portal: one SQLite file."""
