"""Jobs that run by themselves: the system's own scheduler starts `sodasheet run`."""
