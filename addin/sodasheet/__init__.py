"""SodaSheet: push a sheet or a delimited file to a dataset on an open data portal."""

import sys

__version__ = "0.1.0"

if sys.platform == "win32":
    # Libraries ask `platform` for the system, and `platform` may run `cmd /c ver` for the answer,
    # which would inherit the keys in the environment. Without that program it asks Windows itself.
    import platform

    platform._syscmd_ver = lambda system="", release="", version="", *_: (system, release, version)
