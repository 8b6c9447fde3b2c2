"""Reader of SoQL and translator to SQLite, by an allow-list of syntax, names and functions."""
