"""What is procured: the figures and words that the planning chapter signs. The demo's own, and practice's."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from procurement.planning.requirement import RequirementItem


@dataclass(frozen=True, slots=True)
class Matter:
    """One procurement from its budget line to its plan."""

    line: str
    """Code of the budget line"""
    budget: Decimal
    needed: Decimal
    category: str
    title: str
    intention: str
    items: tuple[RequirementItem, ...]


_FIRST = "巡考监控、考试平台、交换机、巡考管理主机等，须与省级平台对接"
_SECOND = "考试专用机、考试耳机、考场监考机等"

EXAM_ROOMS = Matter(
    line="140100-2026-0301-001",
    budget=Decimal("9400000.00"),
    needed=Decimal("9323695.00"),
    category="A02021103",
    title="标准化考点设备更新、增补",
    intention="更新、增补标准化考点巡考监控、考试平台、交换机、防作弊屏蔽终端等设备，含安装调试和三年质保。",
    items=(
        RequirementItem(
            name="标包一设备",
            unit="批",
            quantity=Decimal(1),
            specification=_FIRST,
            substantive=True,
            acceptance="逐台通电，联调48小时",
        ),
        RequirementItem(
            name="标包二设备", unit="批", quantity=Decimal(1), specification=_SECOND, acceptance="逐台通电，抽检10%"
        ),
    ),
)
"""The demo's, after the real tender"""
