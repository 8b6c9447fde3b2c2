"""Plain values that all packages share, without I/O or libraries."""
