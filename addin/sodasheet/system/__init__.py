"""Operating system: paths, temporary folders, processes, interactive sessions."""
