"""Sending rows over one of the two write APIs, and settling what an answer left open."""
