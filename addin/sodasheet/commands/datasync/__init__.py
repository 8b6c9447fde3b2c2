"""The command that takes the command lines of DataSync."""
