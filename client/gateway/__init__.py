"""The only door to the network. Everything foreign is turned into the house's problems here."""
