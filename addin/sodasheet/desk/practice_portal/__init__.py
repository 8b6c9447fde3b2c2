"""The practice portal that the desk offers, as a separate process."""
