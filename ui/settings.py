"""What a person set for this machine's windows: theme, language, letter size, who signed in last. No secrets."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QSaveFile, QStandardPaths

from ui.theme.tokens import THEMES, ThemeName


@dataclass(frozen=True, slots=True)
class Settings:
    theme: ThemeName = "light"
    language: str = "zh"
    scale: int = 100
    """Letter size in percent of 14 px"""
    resident: bool = False
    """Closing the window leaves the program in the tray, to tell of deadlines"""
    last: str = ""
    """Name of the profile folder used last"""
    drawers: dict[str, str] = field(default_factory=dict)
    """Which drawers are open on a page where not all columns have room, the last one opened first"""


DRAWERS = "jincai-drawers"


def settings_file() -> Path:
    """Where the settings lie on this machine."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(folder) / "jincai" / "windows.json"


def profiles_folder() -> Path:
    """Where profiles lie when no folder is named at the start."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return Path(folder) / "jincai" / "profiles"


def practice_folder() -> Path:
    """Where practice has its world: beside the profiles, never among them."""
    return profiles_folder().with_name("practice")


def load_settings(path: Path) -> Settings:
    """The settings kept; what is missing or unreadable falls back to the usual, for nothing depends on them."""
    try:
        kept: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    known = {one.name: kept[one.name] for one in fields(Settings) if isinstance(kept, dict) and one.name in kept}
    found = replace(Settings(), **known)
    sound = found.theme in THEMES and found.language in ("zh", "en") and found.scale in (100, 125, 150)
    sound = sound and isinstance(found.resident, bool) and isinstance(found.drawers, dict)
    sound = sound and all(isinstance(one, str) for pair in found.drawers.items() for one in pair)
    return found if sound else Settings()


def save_settings(path: Path, settings: Settings) -> None:
    """Keep the settings, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = QSaveFile(str(path))
    if file.open(QSaveFile.OpenModeFlag.WriteOnly):
        file.write(json.dumps(asdict(settings), ensure_ascii=False, indent=1).encode())
        file.commit()


def kept_drawers() -> dict[str, str]:
    """What a person opened on each page, the last first; kept on the application object, which Qt allows once."""
    app = QCoreApplication.instance()
    kept = app.property(DRAWERS) if app is not None else None
    return dict(kept) if isinstance(kept, dict) else {}


def keep_drawers(kept: dict[str, str]) -> None:
    """Take over what was kept from an earlier run."""
    app = QCoreApplication.instance()
    if app is not None:
        app.setProperty(DRAWERS, kept)
