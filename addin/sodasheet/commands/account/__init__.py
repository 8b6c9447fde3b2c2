"""Commands about accounts: signing in and out, and the saved accounts."""
