"""Drafts: a source on its way to a dataset, from the mapping to the push."""
