"""CSV, TSV and other delimited files."""
