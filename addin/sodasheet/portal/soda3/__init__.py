"""Reading rows over SODA3."""
