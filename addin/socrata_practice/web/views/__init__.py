"""/api/views: assets, their columns, files, metadata and archive."""
