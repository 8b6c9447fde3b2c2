"""A job as it stands on a mapping sheet; nothing here knows of a spreadsheet program."""
