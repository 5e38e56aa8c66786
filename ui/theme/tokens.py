"""Colour tokens of the three themes. Names say the job, never the hue; pages may use only these."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

ThemeName = Literal["light", "dark", "contrast"]
Tone = Literal["ok", "warn", "danger", "info", "mute"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme. Every field but `name` is a colour as #RRGGBB."""

    name: ThemeName
    canvas: str
    surface: str
    sunken: str
    line: str
    control: str
    text: str
    text2: str
    text3: str
    bar: str
    bar_text: str
    bar_text2: str
    bar_warn: str
    primary: str
    primary_hover: str
    on_primary: str
    link: str
    fill: str
    focus: str
    sel: str
    hover: str
    track: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    danger: str
    danger_soft: str
    info: str
    info_soft: str
    mute: str
    mute_soft: str
    desk: str
    scroll: str

    @property
    def contrast(self) -> bool:
        return self.name == "contrast"

    def tone(self, tone: Tone) -> str:
        """Foreground of a tone."""
        return str(getattr(self, tone))

    def soft(self, tone: Tone) -> str:
        """Ground of a tone."""
        return str(getattr(self, f"{tone}_soft"))

    def edge(self, tone: Tone) -> str:
        """One pixel edge round a soft ground: between the ground and the tone; the tone itself in high contrast."""
        return self.tone(tone) if self.contrast else mix(self.soft(tone), self.tone(tone), 0.35)


def _theme(name: ThemeName, **colours: str) -> Tokens:
    return Tokens(name=name, **{key: f"#{value}" for key, value in colours.items()})


LIGHT = _theme(
    "light",
    canvas="F2F4F7", surface="FFFFFF", sunken="F7F8FA", line="DCE1E8", control="858E9B",
    text="18212D", text2="445062", text3="5C6879",
    bar="14365C", bar_text="FFFFFF", bar_text2="C3D2E4", bar_warn="FFD27A",
    primary="1A5AA8", primary_hover="154A8A", on_primary="FFFFFF",
    link="1A5AA8", fill="1A5AA8", focus="0B5FCC", sel="E6EFFA", hover="F1F5FA", track="DFE4EB",
    ok="17693B", ok_soft="E3F2E9", warn="855000", warn_soft="FBF0DA", danger="B0241C", danger_soft="FBE9E7",
    info="1A5AA8", info_soft="E6EFFA", mute="5C6879", mute_soft="EBEEF2", desk="D9DEE5", scroll="8B94A1",
)  # fmt: skip

DARK = _theme(
    "dark",
    canvas="12161C", surface="1A2028", sunken="202731", line="2E3743", control="76828F",
    text="E7EBF0", text2="BAC4D0", text3="98A4B3",
    bar="0D1117", bar_text="E7EBF0", bar_text2="A9B6C6", bar_warn="E8B85C",
    primary="2F6DC4", primary_hover="2A62B2", on_primary="FFFFFF",
    link="86B6F5", fill="5A97E6", focus="86B6F5", sel="1C3050", hover="232B36", track="343E4B",
    ok="66CB91", ok_soft="17321F", warn="E8B85C", warn_soft="362A10", danger="FF9489", danger_soft="401D1A",
    info="86B6F5", info_soft="1C3050", mute="A6B1BF", mute_soft="2A323D", desk="0E1217", scroll="6B7788",
)  # fmt: skip

CONTRAST = _theme(
    "contrast",
    canvas="000000", surface="000000", sunken="000000", line="FFFFFF", control="FFFFFF",
    text="FFFFFF", text2="FFFFFF", text3="FFFFFF",
    bar="000000", bar_text="FFFFFF", bar_text2="FFFFFF", bar_warn="FFD84A",
    primary="FFE600", primary_hover="FFF27A", on_primary="000000",
    link="7DDBFF", fill="FFE600", focus="FFE600", sel="000000", hover="1A1A1A", track="000000",
    ok="6BFF9E", ok_soft="000000", warn="FFD84A", warn_soft="000000", danger="FFA49C", danger_soft="000000",
    info="7DDBFF", info_soft="000000", mute="FFFFFF", mute_soft="000000", desk="000000", scroll="FFFFFF",
)  # fmt: skip

THEMES: dict[str, Tokens] = {theme.name: theme for theme in (LIGHT, DARK, CONTRAST)}

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((ink, ground) for ink in ("text", "text2", "text3") for ground in ("canvas", "surface", "sunken", "hover", "sel")),
    *((ink, "bar") for ink in ("bar_text", "bar_text2", "bar_warn")),
    *(("on_primary", ground) for ground in ("primary", "primary_hover")),
    *(("link", ground) for ground in ("canvas", "surface", "sunken", "hover", "sel")),
    *((tone, ground) for tone in ("ok", "warn", "danger", "info", "mute") for ground in (f"{tone}_soft", "surface", "canvas", "sunken")),
    ("text3", "mute_soft"), ("text", "warn_soft"), ("text2", "warn_soft"), ("text", "ok_soft"), ("text", "danger_soft"),
)  # fmt: skip
"""Ink and ground of every text the pages draw: at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""

EDGE_PAIRS: tuple[tuple[str, str], ...] = (
    *((edge, ground) for edge in ("control", "focus", "fill") for ground in ("canvas", "surface")),
    ("fill", "track"), ("scroll", "surface"), ("link", "surface"),
)  # fmt: skip
"""Edges a person must see to operate: at least 3 to 1 (WCAG 2.2, 1.4.11)."""


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB (WCAG 2.2)."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """The colour `share` of the way from `one` to `other`."""
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def colour_names() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Tokens) if field.name != "name")
