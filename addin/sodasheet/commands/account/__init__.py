"""Commands about accounts: signing in and out, and what is saved."""
