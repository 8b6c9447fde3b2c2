"""The page Preview."""
