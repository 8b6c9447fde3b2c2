"""The stage: rows of text in an embedded DuckDB, where types, checks and batches are SQL."""
