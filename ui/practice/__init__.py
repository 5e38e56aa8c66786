"""Practice at the windows: the page one begins on, the band that marks every page of it, the tour, and who looks after the world."""

import ui.guard  # noqa: F401 - before any class is derived from Qt's
