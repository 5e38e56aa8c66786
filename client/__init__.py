"""THE STAFF: all that a person can do, without a window. No Qt."""
