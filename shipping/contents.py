"""What the packed program contains: data files, modules, what is left out, and which shared libraries are really reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

ROOMS = ("ui", "client", "crypto", "offline_cache", "documents", "procurement", "server_stub")
"""With the platform, which practice runs"""
MIGRATIONS = "server_stub/store/migrations"
"""Python that Alembic reads as files"""
FONT_PACKAGE = "justmytype_intl_cjk"
FONT_FOLDER = f"{FONT_PACKAGE}/fonts/ofl/notosanssc"
CUT_FONTS = "documents/cut"
"""Where the interface's static fonts lie in the packed program (`documents.fonts` looks there first)"""

METADATA = (
    "jincai", "justmytype-intl-cjk", "cryptography", "pyhanko", "sqlcipher3", "python-pkcs11", "typst",
    "PySide6-Essentials", "requests", "pydantic", "keyring",
)  # fmt: skip
"""Distributions whose version or entry points are read at run time"""

STAYS = ("client/demo/tenders/",)
"""Data that only commands read which are not in the bundle"""
NOT_CODE = frozenset({".py", ".pyc", ".pyi"})
LEFT_OUT = (
    "tkinter", "bench", "tests", "shipping.contents", "shipping.icu",  # what only builders use
    "pytest", "_pytest", "hypothesis", "mypy", "mypyc", "ruff", "setuptools", "pkg_resources", "pip", "wheel", "xdist",
    "sqlalchemy.dialects.mssql", "sqlalchemy.dialects.mysql", "sqlalchemy.dialects.oracle",
    "sqlalchemy.testing", "alembic.testing", "mako.testing", "httptools", "websockets", "uvloop", "watchfiles",
    "fastapi.testclient", "starlette.testclient", "httpx", "anyio._backends._trio", "anyio.pytest_plugin", "pydantic.mypy",  # of the platform's packages
    # pyHanko imports aiohttp, though what we ask of it never fetches: without its compiled halves it does as well
    "aiohttp._http_parser", "aiohttp._http_writer", "aiohttp._websocket.mask", "aiohttp._websocket.reader_c",
    "yarl._quoting_c", "multidict._multidict", "frozenlist._frozenlist", "propcache._helpers_c",
    "fontTools", "brotli", "_brotli",  # fonts come cut
    "PIL._avif", "PIL._webp", "PIL._imagingcms", "PIL._imagingtk", "PIL.ImageTk", "PIL.ImageQt",
    "lxml.objectify", "lxml.html", "lxml.isoschematron", "pydantic.v1",
    "pygments", "rich", "markdown_it", "pycparser", "unittest", "distutils", "lib2to3", "pydoc_data", "ensurepip", "pdb",
    "readline", "_codecs_jp", "_codecs_kr", "_codecs_iso2022",
    "PySide6.QtNetwork", "PySide6.QtDBus", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtOpenGL", "PySide6.QtWebEngineCore",
)  # fmt: skip
"""Modules the windows never load"""

PLUGINS = (
    "platforms/*qoffscreen*", "platforms/*qxcb*", "platforms/*qwayland*", "platforms/qwindows*", "platforms/*qcocoa*",
    "wayland-shell-integration/*xdg-shell*", "wayland-decoration-client/*bradient*",
    "wayland-graphics-integration-client/*shm*",
    "platforminputcontexts/*ibus*", "platforminputcontexts/*compose*", "platforminputcontexts/*fcitx*",
    "platformthemes/*xdgdesktopportal*", "styles/*",
    "iconengines/*svg*", "imageformats/*svg*", "imageformats/*jpeg*", "imageformats/*ico*",
)  # fmt: skip
"""Qt plugins that are taken along: screens, Chinese input, portals for file choosers, icons. All others stay out"""

SYMBOLS_OUT = (
    "libpython3",
    "_sqlite3.",
    "_typst.",
    "_rust.",
    "_pkcs11.",
    "_imaging",
    "libpdfium.",
    "libqpdf-",
    "libicui18n.",
    "libicuuc.",
    "libfreetype-",
    "_cache_key_cy.",
    "_util_cy.",
    "_collections_cy.",
    "_immutabledict_cy.",
    "_result_cy.",
    "_processors_cy.",
    "_row_cy.",
    "_psutil_linux.",
    "_cffi_backend.",
    "_speedups.",
    "md.",
    "cd.",
)
"""Beginnings of files whose debugging symbols are stripped on Linux; also all of Python's own extension modules"""

FROM_SYSTEM = (
    "libstdc++.so", "libgcc_s.so", "libfontconfig.so", "libfreetype.so", "libexpat.so", "libX11.so", "libX11-xcb.so", "libdbus-1.so",
    "libsystemd.so", "libgcrypt.so", "libgpg-error.so", "libcap.so", "liblz4.so",  # only libdbus-1 wants them, and brings them
)  # fmt: skip
"""Every desktop has them, and its own fit its fonts, its session and its graphics drivers better (AppImage's excludelist says
so, too); `ui.libraries` names their packages where they are missing"""

PADDED = {"libXau-": "libXau.so.6"}
"""Beginnings of wheels' libraries that are two megabytes of padding around what the system's few kilobytes do"""

TRANSLATIONS = ("qtbase_zh_CN", "qtbase_en")


def data_files(root: Path, site: Path) -> Iterator[tuple[Path, str]]:
    """(file, folder in the bundle) of everything the program reads that is no code: words, templates, icons, the font."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            folder = path.relative_to(root).parent.as_posix()
            wanted = path.suffix not in NOT_CODE or (folder.startswith(MIGRATIONS) and path.suffix == ".py")
            stays = f"{folder}/".startswith(STAYS) or "__pycache__" in path.parts
            if path.is_file() and wanted and not stays:
                yield path, folder
    for path in sorted((site / FONT_FOLDER).iterdir()):
        if path.suffix in (".ttf", ".txt"):  # the font and its licence, which has to go with it
            yield path, FONT_FOLDER


def modules(root: Path) -> list[str]:
    """Every module of the rooms: chapters, stages and workspaces are imported by name, which no analysis sees."""
    found = []
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            if path.name != "__main__.py" and not path.is_relative_to(root / MIGRATIONS):
                found.append(".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"))
    return found


def is_wanted(name: str) -> bool:
    """Whether a file PyInstaller found goes along: every file but Qt's plugins, QML and translations we do not use, wheels'
    bills of materials and their lists of files, which only pip reads."""
    path = PurePosixPath(name.replace("\\", "/"))
    parts = path.parts
    if "sboms" in parts or (path.name == "RECORD" and path.parent.suffix == ".dist-info"):
        return False
    if len(parts) == 1 and path.name.startswith(FROM_SYSTEM):
        return False
    if "PySide6" not in parts:
        return True
    if "plugins" in parts:
        inside = PurePosixPath(*parts[parts.index("plugins") + 1 :])
        return any(inside.match(pattern) for pattern in PLUGINS)
    if "qml" in parts:
        return False
    if "translations" in parts:
        return path.stem in TRANSLATIONS
    return True


def reached(
    entries: Iterable[tuple[str, str, str]], needs: Callable[[str], Iterable[str]]
) -> list[tuple[str, str, str]]:
    """The entries (name, source, kind) without shared libraries that nothing taken along links to.

    `needs(source)` gives file names of the libraries a binary links to. Extension modules and plugins are the roots;
    links are followed by the file's own name.
    """
    kept = list(entries)
    by_file: dict[str, list[tuple[str, str, str]]] = {}
    for entry in kept:
        by_file.setdefault(PurePosixPath(entry[0]).name, []).append(entry)
    todo = [entry for entry in kept if not _is_library(entry)]
    seen = {entry[0] for entry in todo}
    while todo:
        _, source, kind = todo.pop()
        if kind == "SYMLINK":
            continue
        for name in needs(source):
            for entry in by_file.get(name, ()):
                if entry[0] not in seen:
                    seen.add(entry[0])
                    todo.append(entry)
    return [entry for entry in kept if entry[0] in seen]


def _is_library(entry: tuple[str, str, str]) -> bool:
    """A plain shared library that is reached by being linked to (`libX.so.6`). Plugins and extension modules are loaded by name,
    as is what lies in a package's own folder (PDFium)."""
    path = PurePosixPath(entry[0])
    folder = path.parent.as_posix()
    shared = folder in (".", "PySide6/Qt/lib") or folder.endswith(".libs")
    loose = shared and path.name.startswith("lib") and ".so" in path.name
    return loose and not path.name.startswith("libpython") and entry[2] in ("BINARY", "SYMLINK")
