"""Backups of datasets: rows, schema and metadata in a folder that is complete or not there."""
