"""What the opened bids themselves say about collusion, for the report's section (R-105, R-115; 87号令 第三十七条).

Only coincidences that the typed forms show: same computer, same people, same account, same voucher. They are leads for
the committee, never a finding: machine data are self-reported and can be forged, and people share buildings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from documents.report_data import CollusionCheck, CollusionLead, CollusionSection
from procurement.bidding.draft import BidForms
from procurement.tendering.tender import Tender

_CHECKS = (
    ("mac", "编制投标文件的网卡地址相同"),
    ("disk", "编制投标文件的硬盘序列号相同"),
    ("host", "编制投标文件的计算机名与处理器均相同"),
    ("tool", "计价软件加密锁或机器码相同"),
    ("person", "授权代理人、项目负责人或联系人为同一人"),
    ("phone", "联系电话相同"),
    ("deposit", "投标保证金从同一账户转出"),
)
_MEMBER = ("member", "联合体成员另行参加同一标包（实施条例 第二十二条）")
"""Looked for only where a consortium bids"""
_COUNTER = {
    "member": "须核对联合协议与各份投标文件中的单位名称和代码。",
    "mac": "网卡地址由投标客户端自行上报，可以更改。",
    "disk": "硬盘序列号由投标客户端自行上报，可以更改。",
    "host": "同型号计算机可能有相同的名称与处理器。",
    "tool": "加密锁可能转借，须核对购买记录。",
    "person": "同名不一定为同一人，须核对证件与社保。",
    "phone": "可能为同一写字楼总机，须核对。",
    "deposit": "须核对银行回单。",
}


def collusion_section(tender: Tender, names: Mapping[str, str], forms: Mapping[str, BidForms]) -> CollusionSection:
    """The section of the report: every check with its outcome, and a lead for each coincidence."""
    known = (*_CHECKS, _MEMBER) if any(one.consortium for one in forms.values()) else _CHECKS
    shared = {kind: _shared(kind, forms) for kind, _ in known}
    checks = tuple(
        CollusionCheck(name=title, outcome=f"发现 {len(shared[kind])} 处相同" if shared[kind] else "未发现")
        for kind, title in known
    )
    leads = tuple(
        CollusionLead(
            title=title,
            bidders=tuple(names.get(one, one) for one in suppliers),
            evidence=(f"相同内容：{value}",),
            counter_evidence=(_COUNTER[kind],),
            determination="线索，提交评审委员会认定",
            votes="未表决",
            reason="相同信息来自已开启并签名的投标文件，仅凭此项不足以认定。",
        )
        for kind, title in known
        for value, suppliers in shared[kind].items()
    )
    return CollusionSection(basis=tender.profile.collusion_basis or "87号令 第三十七条", checks=checks, leads=leads)


def _shared(kind: str, forms: Mapping[str, BidForms]) -> dict[str, tuple[str, ...]]:
    """Value → suppliers whose bids show it, where there is more than one."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for supplier, one in forms.items():
        for value in _values(kind, one):
            found[value][supplier] = None
    return {value: tuple(suppliers) for value, suppliers in sorted(found.items()) if len(suppliers) > 1}


def _values(kind: str, forms: BidForms) -> Iterable[str]:
    machines = forms.machines
    match kind:
        case "mac":
            found = [mac for one in machines for mac in one.macs]
        case "disk":
            found = [one.disk for one in machines]
        case "host":
            found = [f"{one.host} / {one.cpu}" for one in machines if one.host and one.cpu]
        case "tool":
            found = [code for one in machines for code in (one.cost_dongle, one.tool_machine_code)]
        case "person":
            found = [one.name for one in forms.people if one.role != "legal-representative"]
        case "member":
            found = [forms.supplier, *(one.supplier for one in forms.consortium if one.supplier != forms.supplier)]
        case "phone":
            found = [one.phone for one in forms.people]
        case _:
            found = [forms.deposit.payer_account] if forms.deposit else []
    return [one for one in found if one]
