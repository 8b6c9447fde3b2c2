"""The page This computer."""
