"""The desk: one local page for everything that is not a cell, shown as a window."""
