"""Commands on whole datasets."""
