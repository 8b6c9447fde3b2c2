"""Geographic files as sources: each feature is a row, its shape a cell in WKT."""
