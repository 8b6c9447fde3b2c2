"""The doctor: what the add-in needs on this computer, each with a remedy."""
