"""Drafts: a source and a dataset, from the mapping to the push."""
