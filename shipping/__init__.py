"""The shipping room: what goes into the packed program. Used by `build.spec` and checked by the tests; the program never imports it."""
