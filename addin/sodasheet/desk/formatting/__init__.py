"""Names, numbers and times as people read them on the pages of the desk."""
