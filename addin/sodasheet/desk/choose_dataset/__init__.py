"""The page that finds a dataset."""
