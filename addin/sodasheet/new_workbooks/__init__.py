"""New workbooks, created without a spreadsheet program."""
