"""The Welcome page: first steps, a practice portal, and the workbook of the tutorial."""
