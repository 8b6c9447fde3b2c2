"""The one HTTP edge: sessions, datasets and rows of a Socrata portal."""
