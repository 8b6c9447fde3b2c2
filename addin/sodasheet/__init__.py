"""SodaSheet: push a sheet or a delimited file to a dataset on an open data portal."""

__version__ = "0.1.0"
