"""Hold anchored heads against the chain again: a reorg deeper than we waited for may have taken a block back."""

from __future__ import annotations

from typing import Final

from evidence.header import parse_header
from evidence.identity import Lei, org_id
from node.chain.port import AnchorLedger, HeaderOracle
from node.records.port import LogStore, SealedHead

CHECKED: Final = 4
"""So many neighbouring heads in good standing end the search for lost ones."""


class ReaffirmHeads:
    """Anchor again whatever the chain forgot, so that receipts name blocks that exist."""

    def __init__(self, log: LogStore, ledger: AnchorLedger, headers: HeaderOracle, *, issuer: Lei) -> None:
        self._log, self._ledger, self._headers, self._org = log, ledger, headers, org_id(issuer)

    def __call__(self, *, depth: int = CHECKED) -> tuple[SealedHead, ...]:
        """Check the newest `depth` closed heads, and those before them as long as lost ones are found.

        Gives those that were anchored again. A head whose anchor stands in another block now costs nothing.

        Raises:
            LedgerUnreachableError: the chain does not answer; the next call goes on.
            InconsistentHeadError: the chain holds another history than this log.
        """
        lost: list[SealedHead] = []
        sound, sealed = 0, self._log.newest_head(closed=True)
        while sealed is not None and sound < depth:
            if self._stands(sealed):
                sound += 1
            else:
                sound = 0
                lost.append(sealed)
            begins = sealed.consistency.old_size
            sealed = self._log.head_covering(begins - 1) if begins else None
        # Oldest first: each extends the one before it.
        lost.reverse()
        for head in lost:
            receipt = self._ledger.anchor(self._org, head.head, head.consistency, head.keys)
            self._log.renew_receipt(head.head.size, receipt)
        return tuple(lost)

    def _stands(self, sealed: SealedHead) -> bool:
        return sealed.receipt is not None and self._headers.header_known(parse_header(sealed.receipt.header).hash)
