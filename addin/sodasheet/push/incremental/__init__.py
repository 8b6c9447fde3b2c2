"""Send only rows that changed since the last push, or that differ from the dataset."""
