"""The checks: SQL queries that return findings."""
