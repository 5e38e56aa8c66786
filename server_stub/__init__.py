"""THE OTHER SIDE OF THE STREET: the reference platform."""
