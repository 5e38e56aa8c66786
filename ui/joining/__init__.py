"""An account is set up from a platform's file: the page, and who does its work beside the window."""

import ui.guard  # noqa: F401 - before any class is derived from Qt's
