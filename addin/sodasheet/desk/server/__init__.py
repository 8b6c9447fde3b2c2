"""The process behind the desk: access to the page, and the lifetime of the process."""
