"""What both sides of the street agree on: endpoints and messages."""
