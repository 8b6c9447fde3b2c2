"""A push, from the job to its report, and the run log."""
