"""Tasks: work in processes of its own, which the desk shows, asks for, and hears the end of."""
