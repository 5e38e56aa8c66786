"""Words for what stands in a platform's file, and for what a newer one changes."""

from __future__ import annotations

from client.platform_offer import Change, Known, Offer
from ui.i18n import pick, tr
from ui.kit.countdown import exact_text


def platform_name(offer: Offer) -> str:
    file = offer.file
    return pick(file.name, file.name_en or file.name)


def facts_of(offer: Offer) -> list[tuple[str, str]]:
    """Who it is and where; not yet what would be believed."""
    file = offer.file
    return [
        (tr("平台"), platform_name(offer)),
        (tr("运营方"), file.operator),
        (tr("网址"), file.server),
        (tr("登录名称"), file.origin),
        (tr("文件生成"), exact_text(file.made)),
    ]


def trusted_by(offer: Offer) -> list[tuple[str, str]]:
    """What the program would believe from then on."""
    file = offer.file
    vendors = "、".join(vendor.name for vendor in file.vendors)
    roots = "、".join(
        tr("{name}（至 {until}）", name=name, until=until.date().isoformat()) for name, until in offer.roots
    )
    lists = offer.lists_until
    ends = exact_text(lists) if lists is not None else tr("没有。证书会因查不到吊销状态被拒绝")
    witnesses = (*file.outside_witness_keys, *file.witness_keys)
    return [
        (tr("证书机构"), roots),
        (tr("CA 厂商"), vendors or tr("不限，上列机构签发的都可以")),
        (tr("吊销列表有效至"), ends),
        (tr("平台证书"), tr("{count} 张", count=len(file.platforms))),
        (tr("日志公钥"), file.log_key),
        (tr("日志见证方"), "、".join(key.partition("+")[0] for key in witnesses) or tr("没有")),
        (tr("外部时间戳"), tr("{count} 张证书", count=len(file.outside_tsa)) if file.outside_tsa else tr("没有")),
        (tr("连接（TLS）"), tr("只认文件里的 {count} 张证书", count=len(file.tls)) if file.tls else tr("与系统相同")),
    ]


def change_word(change: Change) -> str:
    return {
        "server": tr("网址"),
        "origin": tr("登录名称"),
        "log_key": tr("日志公钥"),
        "witnesses": tr("日志见证方"),
        "roots": tr("证书机构的根证书"),
        "intermediates": tr("证书机构的中间证书"),
        "platforms": tr("平台证书"),
        "vendors": tr("CA 厂商"),
        "outside_tsa": tr("外部时间戳机构"),
        "tls": tr("连接（TLS）证书"),
        "crls": tr("吊销列表"),
    }[change]


def changes_text(known: Known) -> str:
    return "、".join(change_word(one) for one in known.changed)
