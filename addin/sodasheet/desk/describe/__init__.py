"""The pages Describe: the description of a dataset as a form, its preview, its undo."""
