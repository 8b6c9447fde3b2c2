"""Comparison of the stage with the dataset or with the last push."""
