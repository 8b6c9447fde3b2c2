"""The practice portal's HTTP face: endpoints, replies and pages."""
