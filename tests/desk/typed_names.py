"""Names of datasets, and what people type for them."""

HEBREW = "דוחות"

#: Names, and what users type for them.
TYPED = [
    ("Building Permits", "building permits"),
    ("Building  Permits", "Building Permits"),
    ("Building Permits ", " Building Permits"),
    ("Building\xa0Permits", "Building Permits"),
    ("Building\u200bPermits\u00ad", "BuildingPermits"),
    ("\u200eFees\u200f", "fees"),
    ("Cafe\u0301 Fees", "café fees"),
    ("Straße", "STRASSE"),
    ("ﬁnances", "finances"),
    (HEBREW, HEBREW),
]
