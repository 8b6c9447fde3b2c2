"""The Describe pages: the description of a dataset as a form, its preview, its undo."""
