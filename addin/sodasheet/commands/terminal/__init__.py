"""Parts that the commands share: options, sessions, output, and next steps as commands."""
