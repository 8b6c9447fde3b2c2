"""The data types of a dataset: what each accepts, keeps and gives back (portal-api.md D)."""
