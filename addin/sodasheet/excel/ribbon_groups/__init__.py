"""The buttons of each ribbon group."""
