"""Backups of datasets: rows, schema and metadata in a folder that is either complete or absent."""
