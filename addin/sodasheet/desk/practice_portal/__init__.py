"""The practice portal that the desk offers, as a process of its own."""
