"""Faults on demand: failures between a client and a portal, injected."""
