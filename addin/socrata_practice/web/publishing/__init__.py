"""/api/publishing/v1: the HTTP face of the Publishing API (portal-api.md section C)."""
