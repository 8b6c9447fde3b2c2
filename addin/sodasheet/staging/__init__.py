"""The stage: rows of text in an embedded DuckDB, with types, checks and batches in SQL."""
