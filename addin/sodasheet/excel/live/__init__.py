"""Reading cells of an open workbook."""
