"""The checks of `jincai verify`, one module for each kind of promise."""
