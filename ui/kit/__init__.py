"""What every page is built from: frame, cards, badges, banners, tables, forms, countdown, PDF pane, dialogs."""

import ui.guard  # noqa: F401 - before any class is derived from Qt's
