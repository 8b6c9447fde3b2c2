"""Send rows over one of the two write APIs, and settle unclear outcomes."""
