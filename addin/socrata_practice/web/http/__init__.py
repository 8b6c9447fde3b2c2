"""Connections, requests and replies on the wire: the portal's own HTTP/1.1."""
