"""HTTP: connections, retries, bodies and errors."""
