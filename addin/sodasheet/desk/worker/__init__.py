"""The processes of tasks that begin at the desk."""
