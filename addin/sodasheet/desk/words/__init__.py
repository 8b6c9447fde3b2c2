"""How the desk says numbers and times."""
