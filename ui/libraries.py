"""System libraries that Qt takes from the machine: which are missing, and which packages of Debian bring them.

Imports nothing but the standard library: it speaks when nothing else can be loaded.
"""

from __future__ import annotations

import ctypes
import re
import sys
from pathlib import Path

QT = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libX11.so.6": "libx11-6",
    "libstdc++.so.6": "libstdc++6",
}
"""What every window needs, with Debian's package"""
X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
_NAMED = re.compile(r"(lib[\w.+-]+\.so[\w.]*): cannot open shared object")


def library_advice(error: BaseException, group: dict[str, str] | None = None) -> str:
    """What to install when a system library is missing, in both languages; empty for other faults.

    Besides the one the loader named, all of `group` that are missing are told at once.
    """
    found = _NAMED.search(str(error)) or _NAMED.search(str(error.__cause__ or ""))
    if found is None:
        return ""
    known = {**QT, **X11, **WAYLAND}
    missing = dict.fromkeys([found[1], *(name for name in (QT if group is None else group) if not _loads(name))])
    libraries = " ".join(missing)
    packages = " ".join(known[name] for name in missing if name in known)
    how = f"apt install {packages}" if packages else f"apt-file search {found[1]}"
    return f"缺少系统库 {libraries}；Debian：{how}\nSystem libraries are missing: {libraries}; Debian: {how}"


def _loads(name: str) -> bool:
    """Here or brought along: a packed program's own libraries lie in its folder, where only the linker looks."""
    packed = getattr(sys, "_MEIPASS", None)
    if packed and (Path(packed) / name).exists():
        return True
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
