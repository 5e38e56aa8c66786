"""The packed program lacks nothing: what the program opens and imports while it checks itself is in the bundle's contents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from xml.etree import ElementTree

import pytest

from client.foreign import foreign_environment
from shipping.contents import LEFT_OUT, PLUGINS, ROOMS, data_files, is_wanted, modules, reached
from shipping.icu import is_kept
from ui.libraries import library_advice

ROOT = Path(__file__).parents[2]
SITE = Path(sysconfig.get_path("purelib"))

Watched = tuple[subprocess.CompletedProcess[str], list[str], list[str]]
WATCHED = """
import json, os, sys
opened = set()
def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, os.PathLike)):
        opened.add(os.path.abspath(os.fspath(arguments[0])))
sys.addaudithook(hook)
left_out = tuple(json.loads(sys.argv[3]))
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in left_out or name.startswith(tuple(one + "." for one in left_out)):
            raise ModuleNotFoundError(f"{name} is left out", name=name)
sys.meta_path.insert(0, Absent())
from importlib import import_module
from ui.__main__ import main
code = main(["--self-check"])
for name in json.loads(sys.argv[1]):
    import_module(name)
open(sys.argv[2], "w").write(json.dumps([code, sorted(opened), sorted(sys.modules)]))
"""


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """The self-check from source with every file it opens, then every module of the rooms imported; what the bundle leaves out
    is not to be had."""
    told = tmp_path_factory.mktemp("watched") / "told.json"
    names = [name for name in modules(ROOT) if not name.startswith(("client.demo", "client.cli"))]
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, json.dumps(names), str(told), json.dumps(LEFT_OUT)],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert told.is_file(), done.stdout + done.stderr
    code, opened, imported = json.loads(told.read_text())
    assert code == done.returncode == 0, done.stdout + done.stderr
    return done, opened, imported


def test_the_self_check_passes_from_source(
    watched: Watched,
) -> None:
    lines = watched[0].stdout.splitlines()
    assert lines[-1] == "self-check: all parts work"
    names = {line[7:].partition(":")[0] for line in lines[:-1]}
    assert {
        "signature and envelope",
        "SM2, SM3, SM4",
        "fonts",
        "printing",
        "PDF seal",
        "keyring",
        "lot key process",
        "practice platform",
        "window",
        "PDF page",
    } <= names


def test_every_file_the_program_opens_is_taken_along(
    watched: Watched,
) -> None:
    taken = {str(path) for path, _ in data_files(ROOT, SITE)}
    inside = {name for name in watched[1] if Path(name).is_relative_to(ROOT) and "__pycache__" not in Path(name).parts}
    read = {name for name in inside if not name.endswith(".py")}
    ours = {name for name in read if Path(name).relative_to(ROOT).parts[0] in ROOMS}
    assert ours and ours - taken == set()
    assert {"en.json", "problems.json"} <= {Path(name).name for name in ours}


def test_what_is_read_by_other_programs_is_taken_along() -> None:
    """Typst reads templates and the font itself; icons come when a page is first shown."""
    taken = {f"{folder}/{path.name}" for path, folder in data_files(ROOT, SITE)}
    wanted = [
        *(ROOT / "documents/templates").rglob("*.typ"),
        *(ROOT / "ui/theme/icons").iterdir(),
        *(ROOT / "crypto").glob("*.json"),
    ]
    assert {path.relative_to(ROOT).as_posix() for path in wanted} - taken == set()
    assert any("NotoSansSC" in name for name in taken) and any(name.endswith("notosanssc/OFL.txt") for name in taken)
    assert not any("NotoSansJP" in name for name in taken)


def test_every_module_of_the_rooms_is_taken_along(watched: Watched) -> None:
    rooms = {name for name in watched[2] if name.partition(".")[0] in ROOMS and not name.endswith("__main__")}
    assert rooms - set(modules(ROOT)) == set()
    assert {"procurement.basics.rulebook.bidding", "ui.workspaces.supplier", "client.token_driver"} <= set(
        modules(ROOT)
    )


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so", True),
        ("PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so", False),
        ("PySide6/plugins/platforms/qwindows.dll", True),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6/Qt/translations/qtbase_zh_CN.qm", True),
        ("PySide6/Qt/translations/qtbase_fr.qm", False),
        ("PySide6/Qt/qml/QtQuick/qmldir", False),
        ("pikepdf.libs/libqpdf.so.30", True),
        ("libfontconfig.so.1", False),
        ("libsystemd.so.0", False),
        ("typst-0.15.0.dist-info/sboms/typst-py.cyclonedx.json", False),
        ("pydantic-2.14.3.dist-info/RECORD", False),
        ("pydantic-2.14.3.dist-info/METADATA", True),
        ("pillow.libs/libfreetype-57f805ba.so.6.20.6", True),
    ],
)
def test_of_qt_only_what_the_windows_use(name: str, wanted: bool) -> None:
    assert is_wanted(name) is wanted


def test_libraries_nobody_links_to_stay_out() -> None:
    entries = [
        ("a/mod.cpython-311.so", "mod", "EXTENSION"), ("libone.so.1", "one", "BINARY"), ("libtwo.so.2", "two", "BINARY"),
        ("libthree.so.3", "three", "BINARY"), ("x/plugins/platforms/libqx.so", "qx", "BINARY"), ("libfour.so.4", "four", "BINARY"),
        ("pypdfium2_raw/libpdfium.so", "pdfium", "BINARY"), ("pikepdf.libs/libfive.so.5", "five", "BINARY"),
    ]  # fmt: skip
    links = {"mod": ["libone.so.1"], "one": ["libtwo.so.2", "libc.so.6"], "qx": ["libfour.so.4"]}
    kept = {name for name, _, _ in reached(entries, lambda source: links.get(source, ()))}
    assert kept == {name for name, _, _ in entries} - {"libthree.so.3", "pikepdf.libs/libfive.so.5"}


def test_of_icu_chinese_and_english_are_kept() -> None:
    kept = [
        "coll/zh.res",
        "coll/root.res",
        "coll/ucadata.icu",
        "gb18030.cnv",
        "cnvalias.icu",
        "nfkc.nrm",
        "likelySubtags.res",
        "en.res",
    ]
    gone = [
        "coll/fr.res",
        "lang/zh.res",
        "brkitr/word.brk",
        "ibm-943_P15A-2003.cnv",
        "fr.res",
        "unames.icu",
        "zone/zh.res",
    ]
    assert [name for name in kept if not is_kept(name)] == []
    assert [name for name in gone if is_kept(name)] == []


def test_desktop_file_icon_and_metainfo_name_one_another() -> None:
    folder = ROOT / "shipping"
    entry = dict(
        line.split("=", 1) for line in (folder / "cn.jincai.Jincai.desktop").read_text().splitlines() if "=" in line
    )
    meta = ElementTree.parse(folder / "cn.jincai.Jincai.metainfo.xml").getroot()
    assert meta.findtext("id") == entry["Icon"] == entry["StartupWMClass"] == "cn.jincai.Jincai"
    assert meta.findtext("launchable") == "cn.jincai.Jincai.desktop"
    assert meta.findtext("provides/binary") == entry["Exec"] == "jincai"
    assert 'setDesktopFileName("cn.jincai.Jincai")' in (ROOT / "ui/__main__.py").read_text()
    (release,) = meta.findall("releases/release")
    assert f'version = "{release.get("version")}"' in (ROOT / "pyproject.toml").read_text()
    assert (ROOT / "ui/theme/jincai.svg").is_file() and (folder / "icons/jincai-256.png").is_file()


def test_a_missing_system_library_is_named_with_its_package() -> None:
    told = library_advice(ImportError("libGL.so.1: cannot open shared object file: No such file or directory"), {})
    assert told.splitlines() == [
        "缺少系统库 libGL.so.1；Debian：apt install libgl1",
        "System libraries are missing: libGL.so.1; Debian: apt install libgl1",
    ]
    several = library_advice(ImportError("libEGL.so.1: cannot open shared object file"), {"libnot-here.so.1": "x"})
    assert "libEGL.so.1 libnot-here.so.1" in several
    strange = library_advice(OSError("libstrange.so.2: cannot open shared object file"), {})
    assert "apt-file search libstrange.so.2" in strange
    assert library_advice(ImportError("No module named 'PySide6'")) == ""


def test_there_are_plugins_for_three_systems() -> None:
    for name in ("qxcb", "qwindows", "qcocoa"):
        assert any(name in pattern for pattern in PLUGINS)


def test_other_programs_do_not_get_the_bundles_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"PATH": "/usr/bin", "LD_LIBRARY_PATH": "/opt/jincai/_internal", "_PYI_ARCHIVE_FILE": "/opt/jincai/jincai"}
    assert foreign_environment(own) == own, "from source nothing is to be undone"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert foreign_environment(own) == {"PATH": "/usr/bin"}
    before = foreign_environment({**own, "LD_LIBRARY_PATH_ORIG": "/usr/local/lib"})
    assert before == {"PATH": "/usr/bin", "LD_LIBRARY_PATH": "/usr/local/lib"}
