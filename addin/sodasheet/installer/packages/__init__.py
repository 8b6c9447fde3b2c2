"""The packages for Windows: a setup program, an MSI and a portable archive."""
