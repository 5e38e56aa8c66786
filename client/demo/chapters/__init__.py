"""The demo's chapters, in the order of the stages."""
