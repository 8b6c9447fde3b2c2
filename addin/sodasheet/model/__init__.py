"""Plain values that every room shares: no input, no output, no library."""
