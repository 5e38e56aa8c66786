"""Who joins, and with what: role, certificate and PIN; or no certificate yet."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from client.joining import ROLES, Holder, Means, Plugged
from procurement.basics.roles import Role
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.choice import Choice
from ui.kit.files import DropZone
from ui.kit.forms import FieldSpec, Form
from ui.kit.text import column, label, row
from ui.profiles import has_keyring, role_word
from ui.shell.signin import Secrets

_NATIONAL = ".sm2"


class AccountCard(Card):
    """The third step. `edited` as something is filled in, `scan` carries the path of a driver to be asked."""

    edited = Signal()
    scan = Signal(str)

    def __init__(self) -> None:
        super().__init__(tr("3 证书和账户"))
        self._file: Path | None = None
        self._papers: Path | None = None
        means = (
            ("file", tr("证书文件（.p12 .pfx，国密 .sm2）")),
            ("usb", tr("USB 证书（PKCS#11 驱动）")),
            ("none", tr("还没有证书，先看公告、下载文件")),
        )
        roles = tuple((str(role), role_word(role)) for role in ROLES)
        self._who = Form(
            [
                FieldSpec("role", tr("角色"), "choice", choices=roles, span=4),
                FieldSpec("means", tr("用什么登录"), "choice", choices=means, span=8),
            ]
        )
        self._zone = DropZone(
            tr("证书文件"), tr("复制一份放在账户里，原文件不动"), suffixes=tr("证书文件 (*.p12 *.pfx *.sm2)")
        )
        self._chosen = label("", "small")
        self._papers_zone = DropZone(
            tr("盖 PDF 章的证书文件"),
            tr("同一单位的 RSA 或 P-256 证书，口令与国密文件相同"),
            suffixes=tr("证书文件 (*.p12 *.pfx)"),
        )
        self._papers_chosen = label("", "small")
        library = FieldSpec("library", tr("驱动文件"), note=tr("CA 厂商安装的 .so、.dll 或 .dylib"), span=12)
        self._driver = Form([library])
        self._look = button(tr("查找证书"), pressed=self._scan, icon="search", object_name="scan-driver")
        self._tokens = Choice()
        self._tokens.setAccessibleName(tr("插着的证书"))
        self._tokens.setObjectName("tokens")
        person = [
            FieldSpec("person", tr("经办人"), span=6, required=False, note=tr("空着时用证书上的名称")),
            FieldSpec("pin", tr("证书口令"), "secret", span=6, note=tr("只在本机用来打开证书，不保存")),
        ]
        if not has_keyring():
            same = tr("空着表示与证书口令相同")
            person.append(FieldSpec("store", tr("本机存储口令"), "secret", span=6, required=False, note=same))
        self._person = Form(person)
        self._organisation = Form(
            [
                FieldSpec("name", tr("单位名称"), span=6),
                FieldSpec("code", tr("统一社会信用代码"), span=6, note=tr("只存本机；有了证书时要与证书相符")),
            ]
        )
        self._parts = {
            "file": (self._zone, self._chosen, self._papers_zone, self._papers_chosen, self._person),
            "usb": (self._driver, self._look, self._tokens, self._person),
            "none": (self._organisation,),
        }
        for form in (self._who, self._driver, self._person, self._organisation):
            form.on_edited(lambda _name: self._show())
        self._zone.on_given(self._give)
        self._papers_zone.on_given(self._give_papers)
        self._tokens.currentIndexChanged.connect(lambda _place: self.edited.emit())
        rest = (self._zone, self._chosen, self._papers_zone, self._papers_chosen, self._driver)
        self.body.addLayout(
            column(self._who, *rest, row(self._look, self._tokens, 0), self._person, self._organisation)
        )
        self._who.fill({"role": str(Role.SUPPLIER), "means": "file"})
        self._show()

    def work(self) -> QWidget:
        """Where the focus goes first."""
        return self._who.fields["role"].control

    def holder(self) -> Holder:
        """What stands in the fields."""
        who, person, organisation = self._who.values(), self._person.values(), self._organisation.values()
        means: Means = who["means"]  # type: ignore[assignment]
        return Holder(
            role=Role(who["role"]),
            person=person["person"],
            means=means,
            pin=person["pin"],
            file=self._file,
            papers=self._papers if self._national else None,
            library=self._driver.values()["library"],
            token=str(self._tokens.currentData() or ""),
            code=organisation["code"].upper(),
            name=organisation["name"],
        )

    def missing(self) -> list[str]:
        """What is still to be filled in, in words."""
        means = self._who.values()["means"]
        found = self._who.missing()
        if means == "file" and self._file is None:
            found.append(tr("证书文件"))
        if means == "file" and self._national and self._papers is None:
            found.append(tr("盖 PDF 章的证书文件"))
        if means == "usb":
            found += self._driver.missing()
        return found + (self._organisation if means == "none" else self._person).missing()

    def secrets(self) -> Secrets | None:
        """What was typed to open certificate and local store; None without a certificate."""
        if self._who.values()["means"] == "none":
            return None
        typed = self._person.values()
        return Secrets(typed["pin"], typed.get("store", ""))

    def forget_pin(self) -> None:
        """Empty the fields that are secret."""
        self._person.fill({name: "" for name in ("pin", "store") if name in self._person.fields})

    def show_tokens(self, tokens: tuple[Plugged, ...]) -> None:
        clear_choice(self._tokens)
        for one in tokens:
            self._tokens.addItem(f"{one.holder or tr('输入口令后才显示')}　{one.label}", one.key)
        self._show()

    @property
    def _national(self) -> bool:
        return self._file is not None and self._file.suffix.lower() == _NATIONAL

    def _give(self, path: Path) -> None:
        self._file = path
        self._chosen.setText(tr("已选 {file}", file=path.name))
        self._show()

    def _give_papers(self, path: Path) -> None:
        self._papers = path
        self._papers_chosen.setText(tr("已选 {file}", file=path.name))
        self._show()

    def _scan(self) -> None:
        self.scan.emit(self._driver.values()["library"])

    def _show(self) -> None:
        means = self._who.values()["means"]
        here = self._parts.get(means, ())
        for part in {one for parts in self._parts.values() for one in parts}:
            part.setVisible(part in here)
        self._chosen.setVisible(means == "file" and self._file is not None)
        for part in (self._papers_zone, self._papers_chosen):
            part.setVisible(means == "file" and self._national)
        self._tokens.setVisible(means == "usb" and self._tokens.count() > 0)
        self.edited.emit()


def clear_choice(choice: Choice) -> None:
    """Empty a list without telling anybody that something was chosen."""
    choice.blockSignals(True)
    choice.clear()
    choice.blockSignals(False)
