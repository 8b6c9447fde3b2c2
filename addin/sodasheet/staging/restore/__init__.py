"""Working out which rows bring a dataset back to its snapshot."""
