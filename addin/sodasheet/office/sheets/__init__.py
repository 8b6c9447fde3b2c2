"""The designed sheets in templates/sheets.xlsx."""
