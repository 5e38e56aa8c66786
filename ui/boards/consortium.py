"""A consortium's bid before the committee: who is in it, who leads, what each does; and who bids twice for the lot (L-904)."""

from __future__ import annotations

from collections.abc import Mapping

from procurement.bidding.consortium import DoubleBidder, double_bidders, members_in_order
from procurement.bidding.draft import BidForms
from ui.i18n import tr
from ui.kit.banner import Banner


def member_lines(forms: BidForms) -> tuple[str, ...]:
    """One line for each member, the leading one first."""
    lines = []
    for one in members_in_order(forms):
        what = tr("牵头") if one.role == "lead" else tr("成员")
        share = f"{one.share.normalize():f}%"
        work = one.work or tr("未写承担的工作")
        lines.append(tr("{what}：{name}（{share}）{work}", what=what, name=one.name, share=share, work=work))
    return tuple(lines)


def double_words(found: DoubleBidder, names: Mapping[str, str]) -> str:
    """Who takes part where, as a sentence."""
    bids = "、".join(names.get(one, one) for one in found.bids)
    return tr("{name} 同时出现在 {count} 份投标中：{bids}。", name=found.name, count=len(found.bids), bids=bids)


class ConsortiumBanner(Banner):
    """Hidden for a single bidder who bids once. The committee judges; the banner says what the bids say and the rule."""

    def show_bid(self, supplier: str, bids: Mapping[str, BidForms], names: Mapping[str, str]) -> None:
        """Say what is to be known of one bid among all opened ones of its lot."""
        forms = bids.get(supplier)
        twice = [one for one in double_bidders(bids) if supplier in one.bids]
        if forms is None or not (forms.consortium or twice):
            self.hide()
            return
        lines = list(member_lines(forms))
        if twice:
            rule = tr(
                "联合体各方不得再单独参加或者另外组成联合体参加同一标包（实施条例第二十二条）；查实的，投标无效。"
            )
            title = tr("联合体成员重复参加本标包")
            self.say("danger", title, "\n".join([*(double_words(one, names) for one in twice), rule, *lines]))
        else:
            self.say("info", tr("联合体投标：{count} 家", count=len(lines)), "\n".join(lines))
