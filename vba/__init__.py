"""The add-in's VBA and ribbon sources, read through importlib.resources."""
