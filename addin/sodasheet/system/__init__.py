"""The computer: paths, temporary folders, processes, interactive sessions."""
