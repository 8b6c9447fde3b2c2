"""Guards: rules that stop a push before anything is sent."""
