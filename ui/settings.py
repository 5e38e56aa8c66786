"""What a person set for this machine's windows: theme, language, letter size, who signed in last. No secrets."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSaveFile, QStandardPaths

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
    known = {
        field.name: kept[field.name] for field in fields(Settings) if isinstance(kept, dict) and field.name in kept
    }
    found = replace(Settings(), **known)
    sound = found.theme in THEMES and found.language in ("zh", "en") and found.scale in (100, 125, 150)
    sound = sound and isinstance(found.resident, bool)
    return found if sound else Settings()


def save_settings(path: Path, settings: Settings) -> None:
    """Keep the settings, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = QSaveFile(str(path))
    if file.open(QSaveFile.OpenModeFlag.WriteOnly):
        file.write(json.dumps(asdict(settings), ensure_ascii=False, indent=1).encode())
        file.commit()
