"""The window itself: top bar, rail, places, sign-in, activity and settings."""

import ui.guard  # noqa: F401 - before any class is derived from Qt's
