"""Looking up the addresses of a push, and remembering what was found."""
