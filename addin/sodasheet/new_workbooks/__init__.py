"""New workbooks, made where no spreadsheet program is at hand."""
