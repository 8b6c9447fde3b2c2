"""The Publishing API."""
