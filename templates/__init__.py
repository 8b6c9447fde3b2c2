"""Sample data and, once built, the add-in files, read through importlib.resources."""
