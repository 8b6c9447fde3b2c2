"""The desk: one local page for everything outside the sheet's cells, shown as a window."""
