"""The DuckDB stage: a table of text, its types, its checks and its batches."""
