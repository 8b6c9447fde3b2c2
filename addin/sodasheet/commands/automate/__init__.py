"""Commands that run jobs unattended."""
