"""Tasks: work in separate processes; the desk shows progress, questions and results."""
