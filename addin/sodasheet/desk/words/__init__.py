"""Numbers and times in the words of the desk."""
