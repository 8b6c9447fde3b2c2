"""Transforms of the Publishing API: expressions over the text columns of a file (C.5)."""
