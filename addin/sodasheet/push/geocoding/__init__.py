"""Look up the addresses of a push, and store the results."""
