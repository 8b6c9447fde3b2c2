"""Reading SoQL and translating it to SQLite, by an allow-list of syntax, names and functions."""
