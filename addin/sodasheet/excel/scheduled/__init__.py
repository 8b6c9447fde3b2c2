"""The scheduled workbook: its macro, its push, and starting Excel for it."""
