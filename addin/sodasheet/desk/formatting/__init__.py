"""Names, numbers and times in readable form for the pages of the desk."""
