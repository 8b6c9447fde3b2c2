"""Job files: reading, writing and checking them."""
