"""Plain values that all packages share: no input, no output, no library."""
