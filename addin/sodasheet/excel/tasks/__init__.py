"""Handing work to a background process, and delivering its result to the workbook."""
