"""What the practice portal keeps, and where: one SQLite file."""
