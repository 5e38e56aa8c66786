"""Who plays in the demo. All parties, people, prices and codes are invented; the tender is a real one (see tenders/README.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from procurement.basics.roles import Role

Vendor = Literal["bjca", "sxca", "itrus", "yixin"]


@dataclass(frozen=True, slots=True)
class Party:
    """One party with its own client profile. `key` names its folder; `code` is its 统一社会信用代码 or expert number."""

    key: str
    role: Role
    code: str
    name: str
    person: str
    """Who acts for it"""
    algorithm: Literal["rsa", "ec", "none"] = "ec"
    """Kind of certificate keys; none for those who enrol a key (R-034)"""
    vendor: Vendor = "sxca"
    """Whose certificate it holds (R-035)"""


REGION = "140100"
YEAR = 2026
PIN = "demo-1234"
"""PIN of every demo token; the demo's certificates are worth nothing elsewhere."""

FINANCE = Party("finance", Role.FINANCE, "11140100FIN0000001", "太原市财政局", "武文静", "none")
SUPERVISOR = Party(
    "supervisor", Role.SUPERVISOR, "11140000SUP0000002", "山西省财政厅政府采购监督管理处", "郝建国", "none"
)
PURCHASER = Party("purchaser", Role.PURCHASER, "12140100EDU0000003", "太原市教育考试中心", "孙丽", vendor="yixin")
AGENCY = Party("agency", Role.AGENCY, "91140100AGC0000004", "山西申正招标代理有限公司", "章倩", "rsa", "bjca")
SUPPLIERS = (
    Party("supplier-a", Role.SUPPLIER, "91140100SUP000000A", "太原衡测信息技术有限公司", "张敏", "rsa", "itrus"),
    Party("supplier-b", Role.SUPPLIER, "91140100SUP000000B", "山西澄观智能科技有限公司", "李伟", vendor="yixin"),
    Party("supplier-c", Role.SUPPLIER, "91140100SUP000000C", "大同科启电子有限公司", "王芳"),
    Party("supplier-d", Role.SUPPLIER, "91140100SUP000000D", "长治弘考教育装备有限公司", "赵强", "rsa", "bjca"),
    Party("supplier-e", Role.SUPPLIER, "91140100SUP000000E", "临汾安澜数据技术有限公司", "陈静", vendor="itrus"),
)
EXPERTS = tuple(
    Party(f"expert-{i}", Role.EXPERT, f"SXZJ2026{i:04d}", name, name, "rsa" if i == 2 else "ec")
    for i, name in enumerate(("周明", "吴燕", "郑洁", "冯涛", "韩雪"), start=1)
)
EVERYBODY = (FINANCE, SUPERVISOR, PURCHASER, AGENCY, *SUPPLIERS, *EXPERTS)


def party(key: str) -> Party:
    """The party whose profile folder is `key`. Raises KeyError."""
    return {p.key: p for p in EVERYBODY}[key]
