"""Another window works on this company's drafts: said calmly, with the two ways on."""

from __future__ import annotations

from client.seat import Seat
from ui.context import Context
from ui.i18n import tr
from ui.kit.banner import Banner
from ui.shell.doorman import sitter_words
from ui.workspaces.supplier.prepare.sheet import Sheet


class SeatBanner(Banner):
    """Hidden while this window is the one that works on drafts."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._seat: Seat = context.desk.place.seat

    def show_for(self, sheet: Sheet | None) -> None:
        if sheet is None or not sheet.frozen:
            self.hide()
            return
        self.say("info", tr("这份投标只能看：另一个窗口正在编制"), self._why())

    def say_taken(self) -> None:
        """Asked again, and still."""
        self.say("warn", tr("另一个窗口还开着"), self._why())

    def _why(self) -> str:
        way = tr("两个窗口同时改会互相覆盖。到那个窗口里改；或者先关掉它，再点“接着在这里编制”。")
        return sitter_words(self._seat.sitter()) + way

    def knock(self) -> None:
        self._seat.knock()
