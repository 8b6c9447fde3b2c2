"""The page Choose a dataset."""
