"""Who signs a contract on the supplier's side, and who has: the same words at every window."""

from __future__ import annotations

from client.views.contracts import ContractStory
from ui.i18n import tr
from ui.kit.countdown import exact_text


def is_joint(story: ContractStory) -> bool:
    """Whether a consortium signs."""
    return len(story.signers) > 1


def signer_pairs(story: ContractStory) -> list[tuple[str, str]]:
    """One line for each member of a consortium, signed or not; for a single supplier one once it has signed."""
    if not is_joint(story):
        return [(tr("供应商签订"), exact_text(act.item.t_recv)) for act in story.signatures]
    pairs = []
    for place, (_code, name, signed) in enumerate(story.signers):
        when = exact_text(signed.item.t_recv) if signed else tr("尚未签章")
        pairs.append((tr("成员签章") if place else tr("牵头人签章"), tr("{name}：{when}", name=name, when=when)))
    return pairs


def missing_names(story: ContractStory) -> str:
    """Whose signature is still needed."""
    return "、".join(name for code, name, _signed in story.signers if code in story.missing)
