"""The subcommands of `sodasheet`, one module each."""
