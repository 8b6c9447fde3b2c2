"""The pages History and one run."""
