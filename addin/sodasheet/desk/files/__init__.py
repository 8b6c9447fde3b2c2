"""The page on which a file is chosen."""
