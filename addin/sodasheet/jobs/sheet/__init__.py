"""The job on a mapping sheet, as cells."""
