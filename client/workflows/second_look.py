"""The supervisor's second look: ask, release again, look (protocol B7, decision 3)."""

from __future__ import annotations

from client.acts import Act
from client.tenders import Tenders
from client.workflows.tendering import Custody
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from crypto.second_look import look_again, release_again, share_again
from procurement.basics.problems import NotAllowed, Problem, Refused
from procurement.bidding.sealed import Submission
from procurement.opening.second_look import SecondLook, SecondLookRelease, SecondLookResult, check_look
from procurement.opening.session import Closing, Freeze, Opening
from procurement.tendering.custody import CustodyKey, LotKey


class SecondLooks(Workflow):
    def __init__(self, place: Workplace, tenders: Tenders, custody: Custody) -> None:
        super().__init__(place)
        self.tenders = tenders
        self.custody = custody

    @verb()
    def ask(self, opening_id: str, bid: str, reason: str) -> Outcome:
        """A supervisor asks the custodians for a second release over one bid; needs its own published custody key."""
        acts = self.place.acts
        reader = self._reader()
        look = SecondLook(opening=opening_id, bid=bid, reader=reader.id, reason=reason)
        check_look(look, acts.get(Opening, opening_id).value, reader.value, self.me, asked=False)
        return self.place.act(look)

    @verb("token")
    def release(self, look_id: str) -> Outcome:
        """A custodian's second release, after its own look at what is asked: sealed to the supervisor who asked, nobody else."""
        acts = self.place.acts
        look = acts.get(SecondLook, look_id)
        reader = acts.get(CustodyKey, look.value.reader)
        asked_by = acts.signer(look)
        if acts.signer(reader).certificate != asked_by.certificate:
            raise NotAllowed("second-look-reader-foreign", "Keep the share: the key is not the supervisor's own.")
        opening = acts.get(Opening, look.value.opening).value
        check_look(look.value, opening, reader.value, reader.value.org, asked=False)
        key = self._key(look)
        share = self.custody.share_of(key.id)
        return self.place.act(release_again(look.id, key.value, share, reader.value.enc.key), subject=key.value.lot)

    @verb("token")
    def look(self, look_id: str, reason: str) -> Outcome:
        """With k shares: rebuild the lot key in this process, open the envelope of the signed header, and say what was found.

        Raises `Refused("custody-shares-too-few")`; a share that is not good counts for none.
        """
        acts = self.place.acts
        look, key = acts.get(SecondLook, look_id), self._key(acts.get(SecondLook, look_id))
        good = {}
        for one in acts.all(SecondLookRelease, look=look_id):
            try:
                good[one.id] = share_again(one.value, key.value, self.custody.key)
            except Problem:
                continue
        submission = acts.only(Submission, bid=look.value.bid)
        header = self.place.gateway.header(look.value.bid)
        code, o = look_again(header, submission.value, good.values(), key.value)
        result = SecondLookResult(
            look=look_id, releases=tuple(good), code=code, o=o.hex() if o is not None else None, reason=reason
        )
        return self.place.act(result, subject=key.value.lot)

    def _reader(self) -> Act[CustodyKey]:
        """The own published custody key on P-256: shares of every suite come under it. Raises `Refused("custody-key-missing")`."""
        found = [act for act in self.place.acts.all(CustodyKey, org=self.me) if act.value.enc.kind == "hpke"]
        if not found:
            raise Refused("custody-key-missing", "Publish your custody key first.", org=self.me)
        return found[-1]

    def _key(self, look: Act[SecondLook]) -> Act[LotKey]:
        acts = self.place.acts
        freeze = acts.get(Freeze, acts.get(Opening, look.value.opening).value.freeze)
        closing = acts.get(Closing, freeze.value.closing).value
        return self.tenders.lot_key(self.tenders.by_tv(closing.tender), closing.lot)
