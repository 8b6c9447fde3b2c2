"""Pushes and undos at the desk: the question, the progress and the summary."""
