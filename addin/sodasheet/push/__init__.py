"""The way of one push, from the job to its report, and the run log."""
