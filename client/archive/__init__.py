"""The archive of a procurement as one file: what goes in, how it is packed, how it is read back."""
