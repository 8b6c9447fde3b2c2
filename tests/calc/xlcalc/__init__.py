"""xlwings on a live, headless LibreOffice Calc, so that the add-in's own code runs without Excel."""
