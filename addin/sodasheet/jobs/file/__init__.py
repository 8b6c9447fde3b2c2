"""Job files: read, write and check them."""
