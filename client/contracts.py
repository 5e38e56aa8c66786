"""The contract as printed, computed from its statement alone: whoever signs prints the same bytes first (M10)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from client.papers import Papers
from client.tenders import Published
from documents.data import ContractPartyPrint, ContractPrint, Party, Redaction
from documents.papers import print_contract
from documents.printing import PrintedDocument
from procurement.basics.problems import Refused, Tampered
from procurement.performing.contract import Contract

_REDACTIONS = (
    Redaction(place="乙方开户银行、账号和联系方式", ground="个人信息与商业秘密，《政府采购法实施条例》第五十条"),
)


def contract_print(
    papers: Papers, published: Published, contract: Contract, supplier_name: str, edition: Literal["full", "public"]
) -> ContractPrint:
    """Data of one edition. Raises `Refused("contract-not-printable")` for a contract drafted elsewhere."""
    if contract.drafted is None:
        raise Refused("contract-not-printable", "This contract does not say when it was drafted.")

    def party(code: str, name: str) -> Party:
        found = papers.supplier(code, name, contract.drafted)
        public = {"bank": "", "account": "", "phone": "", "contact": ""} if edition == "public" else {}
        return found.model_copy(update=public)

    members = tuple(
        ContractPartyPrint(party=party(one.supplier, one.name), work=one.work, share=one.share)
        for one in contract.members or ()
    )
    return ContractPrint(
        edition=edition,
        project=papers.project(published, contract.lot),
        contract_number=contract.contract_number,
        notice_number=contract.number,
        notice=contract.notice,
        supplier=party(contract.supplier, supplier_name),
        members=members,
        subject=contract.subject,
        amount=contract.amount,
        items=contract.items,
        quality=contract.quality,
        term=contract.term,
        place_and_way=contract.place_and_way or "按采购文件约定",
        acceptance=contract.acceptance,
        payment_terms=contract.payment_terms,
        breach=contract.breach,
        disputes=contract.disputes,
        redactions=_REDACTIONS if edition == "public" else (),
        drafted=contract.drafted,
    )


def require_printed(data: ContractPrint, current: Path, folder: Path) -> PrintedDocument:
    """Print again and compare: the file to sign begins with exactly these bytes; what follows are others' seals. Raises `Tampered("contract-differs")`."""
    printed = print_contract(data, folder / "again.pdf")
    wanted = printed.path.read_bytes()
    with current.open("rb") as file:
        if file.read(len(wanted)) != wanted:
            raise Tampered("contract-differs", "Do not sign: the PDF is not what the statement says.")
    return printed
