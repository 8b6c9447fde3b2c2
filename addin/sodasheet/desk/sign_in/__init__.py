"""The Sign in page."""
