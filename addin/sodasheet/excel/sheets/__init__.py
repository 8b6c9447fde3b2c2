"""Writing and reading the sheets that SodaSheet adds to a workbook."""
