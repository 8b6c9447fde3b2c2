"""Loading a spool into DuckDB."""
