"""Portal keys: the operating system's credential store is the only place they are saved."""
