"""Examining a live portal: by reading only (contract), and by writing to a draft (rehearsal)."""
