"""xlwings on a live, headless LibreOffice Calc, for the add-in's own code without Excel."""
