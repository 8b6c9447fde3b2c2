"""The command for DataSync's command lines."""
