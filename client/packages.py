"""A tender package as a folder, and the checks before anybody seals to it (protocol B2 "Checks", H2, H15, C7)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import SEEK_END, BufferedReader
from pathlib import Path

from client.tenders import Published, Tenders
from client.workplace import Workplace
from crypto.certificates import TrustStore
from crypto.custody import check_acks, lot_public_key
from crypto.files import sync_folder, write_whole
from crypto.signing import verify_statement
from procurement.basics.problems import Refused, RuleBroken, Tampered
from procurement.basics.statement import SignedBytes, Signer, Sm2Signature
from procurement.tendering.custody import Custodian, LotKey, check_quorum
from procurement.tendering.package import TenderPackage
from procurement.tendering.tender import Tender

NATIONAL_SIG = "manifest.sig.json"
SIGNATURE_LIMIT = 1024 * 1024
"""Bytes of a signature with its certificates at most"""


@dataclass(frozen=True, slots=True)
class PackageCheck:
    """What was checked. `warning` is a sentence a person must see and answer before sealing; empty when there is none."""

    tv: str
    agency: str
    """Name in the agency's certificate"""
    files: int
    custodians: tuple[str, ...]
    k: int
    log_size: int
    """Size of the log under which the publication was proved"""
    warning: str = ""


def package_files(published: Published) -> tuple[str, ...]:
    """SHA-256 of every file of the package, the model first."""
    return (published.package.model, *(one.sha256 for one in published.package.files))


def check_package(place: Workplace, tenders: Tenders, published: Published) -> PackageCheck:
    """Check a package that this client holds. Raises `Tampered` or `Refused` with what is wrong."""
    signer = place.acts.signer(published.act)
    check_model(published.package, published.tender, signer)
    for one in published.package.files:
        if place.blobs.has(one.sha256) and place.blobs.size(one.sha256) != one.size:
            raise Tampered("package-file-differs", "Fetch the package again.", file=one.path)
    keys = [_check_custody(place, tenders, published, custody.lot) for custody in published.package.custody]
    receipt = place.receipts.check(place.gateway.receipt(published.act.id), published.act.item.signed)
    place.mirror.keep_receipt(published.act.id, receipt.receipt, receipt.entry.t_recv)
    return PackageCheck(
        tv=published.tv,
        agency=signer.name,
        files=len(published.package.files) + 1,
        custodians=tuple(dict.fromkeys(c.name for key in keys for c in key.custodians)),
        k=min((key.k for key in keys), default=0),
        log_size=receipt.size,
        warning=_warning(keys),
    )


def _check_custody(place: Workplace, tenders: Tenders, published: Published, lot: str) -> LotKey:
    """The lot key is the agency's, for this tender and lot, and every custodian has acknowledged its share."""
    act = tenders.lot_key(published, lot)
    key = act.value
    check_lot_key(published.package, lot, key, place.acts.signer(act).org)
    acks = tenders.acks(published, lot)
    check_acks(key, [ack.value for ack in acks])
    for ack in acks:
        signer = place.acts.signer(ack)
        check_ack_signer(key.custodians[ack.value.i - 1], signer.actor, signer.certificate)
    return key


def check_model(package: TenderPackage, model: Tender, signer: Signer) -> None:
    """Manifest and model are this agency's, and of the same tender. Raises `Tampered`: package-foreign-signer, package-model-differs."""
    if signer.org != package.agency or model.agency.code != signer.org:
        raise Tampered("package-foreign-signer", "Do not bid on it; tell the supervisor.", signer=signer.name)
    named = (package.tender_id, package.number, package.deadline, package.suite)
    if (model.id, model.number, model.deadline, model.suite) != named:
        raise Tampered("package-model-differs", "Do not bid on it: manifest and model disagree.", tender=model.id)


def check_lot_key(package: TenderPackage, lot: str, key: LotKey, org: str) -> None:
    """The lot key is for this tender and lot, `org`, whose signature it bears, is the agency, and it is a key. Raises `Tampered`,
    `Refused("public-key-malformed")`."""
    if (key.tender_id, key.lot) != (package.tender_id, lot):
        raise Tampered("lot-key-of-another-lot", "Do not seal to it; tell the supervisor.", lot=lot)
    if org != package.agency:
        raise Tampered("lot-key-foreign-signer", "Do not seal to it; tell the supervisor.", lot=lot)
    lot_public_key(key)


def check_ack_signer(custodian: Custodian, actor: str, key: str) -> None:
    """An acknowledgement bears its custodian's own signature; `key` is the digest of certificate or key. Raises `Tampered`."""
    if actor != custodian.org or (custodian.sign.kind == "enrolled-key" and key != custodian.sign.digest):
        raise Tampered("custody-ack-foreign-signer", "Do not seal to it; tell the supervisor.", i=custodian.i)


def _warning(keys: list[LotKey]) -> str:
    """C7: where the buyer's side suffices to open, a person is told and asked."""
    for key in keys:
        try:
            check_quorum(key)
        except RuleBroken as problem:
            return f"{problem.code}: {problem.remedy}"
    return ""


def write_package(place: Workplace, tenders: Tenders, published: Published, folder: Path) -> None:
    """manifest.json, manifest.sig (suite S1: manifest.sig.json), tender.json, custody/<lot>/*.json, and the documents under their names."""
    folder.mkdir(parents=True, exist_ok=True)
    wire = published.act.item.signed
    write_whole(folder / "manifest.json", wire.statement)
    national = isinstance(wire.signature, Sm2Signature)
    write_whole(folder / NATIONAL_SIG if national else folder / "manifest.sig", _signature_file(wire))
    write_whole(folder / "tender.json", place.read(published.package.model))
    for path, data in _custody_files(tenders, published):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_whole(folder / path, data)
    for one in published.package.files:
        target = folder / inside(one.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        place.blobs.export(place.fetch(one.sha256), target)
    sync_folder(folder)


def _signature_file(wire: SignedBytes) -> bytes:
    """The signature as it lies beside the manifest: CMS as DER, SM2 with its certificate as JSON."""
    signature = wire.signature
    return signature.to_bytes() if isinstance(signature, Sm2Signature) else signature.der


@dataclass(frozen=True, slots=True)
class SignedPackage:
    """A package as it was signed and logged: what a folder from elsewhere is compared with."""

    signed: SignedBytes
    received: datetime
    """When the platform received it: the time at which its signature is judged"""
    package: TenderPackage
    custody: tuple[tuple[str, bytes], ...]
    """Path in the folder and bytes of every lot key and acknowledgement"""


def check_folder(place: Workplace, tenders: Tenders, folder: Path, published: Published) -> None:
    """A package folder from elsewhere (a USB stick) against the signed manifest. Raises as `compare_folder`."""
    item, custody = published.act.item, tuple(_custody_files(tenders, published))
    compare_folder(folder, SignedPackage(item.signed, item.t_recv, published.package, custody), place.trust)


def compare_folder(folder: Path, known: SignedPackage, trust: TrustStore) -> None:
    """Every file of a folder against the package that it should be. No more of a file is read than the package says it has.

    Raises `Tampered`: package-manifest-differs, package-foreign-signer, package-file-differs, package-path-unsafe, and what a
    signature that does not hold raises; `Refused("package-file-missing")`.
    """
    wire, package = known.signed, known.package
    if not _is(folder, "manifest.json", wire.statement):
        raise Tampered("package-manifest-differs", "Use the package as the platform publishes it.", folder=folder.name)
    if isinstance(wire.signature, Sm2Signature):
        signed = wire.model_copy(update={"signature": Sm2Signature.from_bytes(_signature(folder, NATIONAL_SIG))})
    else:
        der = _signature(folder, "manifest.sig")
        signed = wire.model_copy(update={"signature": wire.signature.model_copy(update={"der": der})})
    signer = verify_statement(signed, trust, known.received)
    if signer.org != package.agency:
        raise Tampered("package-foreign-signer", "Do not bid on it; tell the supervisor.", signer=signer.name)
    for path, sha256, size in [("tender.json", package.model, None)] + [
        (inside(one.path), one.sha256, one.size) for one in package.files
    ]:
        with open_member(folder, path) as file:
            told = file.seek(0, SEEK_END)
            file.seek(0)
            if size not in (None, told) or hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise Tampered("package-file-differs", "Fetch this file again.", file=path)
    for path, data in known.custody:
        if not _is(folder, path, data):
            raise Tampered("package-file-differs", "Fetch this file again.", file=path)


def _custody_files(tenders: Tenders, published: Published) -> Iterator[tuple[str, bytes]]:
    """Each lot's key and acknowledgements, as signed: path in the folder and bytes."""
    for custody in published.package.custody:
        inner = f"custody/{custody.lot.replace('#', '_')}"
        yield f"{inner}/lot-key.json", tenders.lot_key(published, custody.lot).item.signed.to_bytes()
        for ack in tenders.acks(published, custody.lot):
            yield f"{inner}/ack-{ack.value.i}.json", ack.item.signed.to_bytes()


def open_member(folder: Path, path: str) -> BufferedReader:
    """A plain file of the folder: no pipe, no device, nothing that is waited for."""
    try:
        if (folder / path).is_file():
            return (folder / path).open("rb")
    except (OSError, ValueError) as error:
        raise Refused("package-file-missing", "Fetch the whole package again.", file=path) from error
    raise Refused("package-file-missing", "Fetch the whole package again.", file=path)


def _is(folder: Path, path: str, data: bytes) -> bool:
    with open_member(folder, path) as file:
        return file.read(len(data) + 1) == data


def _signature(folder: Path, path: str) -> bytes:
    with open_member(folder, path) as file:
        data = file.read(SIGNATURE_LIMIT + 1)
    if len(data) > SIGNATURE_LIMIT:
        raise Tampered("package-file-differs", "Fetch this file again.", file=path)
    return data


def inside(path: str) -> str:
    """A member's path, refused when it would leave the folder."""
    parts = Path(path).parts
    if not parts or Path(path).is_absolute() or ".." in parts:
        raise Tampered("package-path-unsafe", "Do not use this package; tell the supervisor.", path=path)
    return path
