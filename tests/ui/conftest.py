"""Windows are drawn offscreen with the project's own fonts and theme."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from ui.i18n import use_language
from ui.theme.style import apply


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application in the light theme and in Chinese, and so again afterwards."""
    use_language(qapp, "zh")
    apply(qapp, "light")
    yield qapp
    use_language(qapp, "zh")
    apply(qapp, "light")
