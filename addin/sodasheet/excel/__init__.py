"""The one edge to Excel: ribbon entry points, reading the sheet, mapping sheet, results sheet."""
