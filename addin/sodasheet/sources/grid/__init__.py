"""Grids of cells, from a workbook that is open or closed."""
