"""The scheduled workbook: its macro, its push, and the start of Excel for a push."""

# An add-in of 0.1.0 that is still installed calls this name.
from sodasheet.excel.scheduled.macro import scheduled

__all__ = ["scheduled"]
