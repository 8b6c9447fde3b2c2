"""The practice portal: a small Socrata portal on loopback, written from its wire contract."""
