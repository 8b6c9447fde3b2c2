"""Creating a dataset at the desk: the proposal as a form, the work, and making it public."""
