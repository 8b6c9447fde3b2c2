"""The SODA2 row API."""
