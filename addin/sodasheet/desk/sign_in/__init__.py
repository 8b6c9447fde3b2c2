"""The page Sign in."""
