"""Creating a dataset from a source: columns proposed from the values, then created on a portal."""
