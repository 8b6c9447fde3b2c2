"""The background process behind the ribbon."""
