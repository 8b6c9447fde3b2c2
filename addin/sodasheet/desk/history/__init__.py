"""The History page and the page of one run."""
