"""The words of the papers the demo's bidders attach. Invented."""

from __future__ import annotations

from client.demo.cast import Party
from documents.data import Fact, Section, Table

Paper = tuple[str, str, tuple[Section, ...]]


def bid_papers(party: Party) -> tuple[Paper, ...]:
    """(code, title, sections) of each paper, in the order in which it is bound."""
    return (
        ("qualification", "资格证明文件", _qualification(party)),
        ("technical", "技术响应文件", _technical(party)),
        ("business", "商务响应文件", _business(party)),
    )


def _qualification(party: Party) -> tuple[Section, ...]:
    licence = (
        Fact(label="名称", text=party.name),
        Fact(label="统一社会信用代码", text=party.code),
        Fact(label="法定代表人", text=party.person),
        Fact(label="类型", text="有限责任公司"),
    )
    promise = "本单位具有独立承担民事责任的能力，有依法缴纳税收和社会保障资金的良好记录，参加本次采购活动前三年内没有重大违法记录。"
    return (
        Section(title="一、营业执照", facts=licence),
        Section(title="二、资格声明函", paragraphs=(promise,)),
        Section(title="三、财务、税收、社保", paragraphs=("附上一年度财务报表、近三个月完税与社保缴纳证明。",)),
    )


def _technical(party: Party) -> tuple[Section, ...]:
    rows = (
        ("1", "监控摄像机", "分辨率不低于400万像素", "400万像素，支持H.265", "正偏离"),
        ("2", "解码器", "不少于16路", "16路", "无偏离"),
        ("3", "无线防作弊屏蔽终端", "覆盖2G至5G", "覆盖2G至5G、WLAN", "正偏离"),
    )
    plan = (
        "自合同签订次日起组建项目组，第1—3日到货验收，第4—7日安装，第8—9日联调，第10日培训并交付；备品备件库设在太原。"
    )
    table = Table(caption="技术偏离", head=("序号", "货物", "要求", "响应", "偏离"), rows=rows, widths=(1, 3, 5, 5, 2))
    return (
        Section(title="一、技术偏离表", tables=(table,)),
        Section(title="二、实施方案", paragraphs=(plan, f"{party.name}指派两名工程师驻场，开考前一周全面巡检。")),
        Section(
            title="三、质量保证", paragraphs=("全部设备原厂质保三年，四小时响应，八小时到场，二十四小时修复或更换。",)
        ),
    )


def _business(party: Party) -> tuple[Section, ...]:
    rows = tuple((str(i), f"{2022 + i % 4}年标准化考点建设项目", f"{180 + 25 * i}万元") for i in range(1, 6))
    table = Table(caption="类似项目业绩", head=("序号", "项目", "合同金额"), rows=rows, widths=(1, 6, 3))
    return (
        Section(title="一、类似项目业绩", tables=(table,)),
        Section(title="二、售后服务", paragraphs=(f"{party.name}在山西设有服务机构，提供7×24小时热线。",)),
        Section(title="三、商务条款响应", paragraphs=("交货期、付款方式、投标有效期完全响应采购文件，无偏离。",)),
    )
