"""The rulebook, one chapter a stage."""
