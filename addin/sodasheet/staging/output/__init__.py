"""Writing staged rows as JSON or CSV."""
