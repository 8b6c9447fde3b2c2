"""Find the rows that restore a dataset to its snapshot."""
