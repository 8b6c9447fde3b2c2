"""The sample files in templates/."""
