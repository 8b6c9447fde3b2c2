"""Creating a dataset at the desk: the proposal as a form, the work, and the publication."""
