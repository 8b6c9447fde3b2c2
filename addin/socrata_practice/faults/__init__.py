"""Faults on demand: what goes wrong between a client and a portal, made to go wrong."""
