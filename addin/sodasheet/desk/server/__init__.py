"""The process behind the desk: who may reach the page, and the lifetime of the process."""
