"""Prove one statement to someone who has no network and trusts nobody."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from evidence.draft import Tier
from evidence.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from evidence.keys import LogPublicKey, StatementPublicKey
from evidence.note import parse_note
from evidence.proof import ProofBundle
from evidence.schema import by_id
from evidence.statement import StatementId, parse
from evidence.tiles import prove_inclusion
from evidence.tlog_proof import TlogProof
from node.records.port import EvidenceStore, LogStore, StoredStatement

_MAX_FIELDS: Final = 200


class ProveStatement:
    """Make the proof bundle of an anchored statement."""

    def __init__(
        self,
        store: EvidenceStore,
        log: LogStore,
        *,
        statement_keys: Collection[StatementPublicKey],
        log_keys: Collection[LogPublicKey],
    ) -> None:
        self._store, self._log = store, log
        self._statement_keys = {key.key_id: key for key in statement_keys}
        self._log_keys = {key.key_id: key for key in log_keys}

    def __call__(self, statement_id: StatementId, *, fields: Collection[str] | None = None) -> bytes:
        """The bundle, canonical JSON. Equal for equal arguments and unchanged evidence, at any later time.

        Args:
            fields: what to disclose; None for all fields of the base tier. Restricted ones only when named here.
        Raises:
            NotFoundError: no such statement, or a field that it does not have or that was erased.
            ForbiddenError: a sensitive field is named; those never leave.
            ConflictError: the statement is not anchored yet.
        """
        stored = self._store.statement(statement_id)
        if stored is None:
            raise NotFoundError(f"there is no statement {statement_id[:80]}")
        # (1) The head under which it was sealed, not the newest one: the proof stays the same for ever, and its
        #     receipt proves the keys of that time.
        sealed = self._log.head_covering(stored.position)
        if sealed is None or sealed.receipt is None:
            raise ConflictError(
                f"statement {statement_id} is not anchored yet",
                advice="Wait until the worker has anchored it (a few seconds while the chain answers), then ask again.",
            )
        inclusion = prove_inclusion(self._log, stored.position, sealed.head.size)
        # (2) The receipt proves all keys of its batch; the bundle takes the two that signed this statement and log.
        statement_key = self._statement_keys.get(stored.record.key_id)
        log_key = next((self._log_keys[key] for key in sealed.keys if key in self._log_keys), None)
        if statement_key is None or log_key is None:
            raise NotFoundError(
                f"the public key that signed statement {statement_id} is not in this node's key ring",
                advice="Put retired keys back into the key ring; proofs of what they signed need them.",
            )
        return ProofBundle(
            statement=self._disclose(stored, fields),
            tlog_proof=TlogProof(stored.position, inclusion.path, parse_note(sealed.checkpoint)).encode(),
            statement_key=statement_key,
            log_key=log_key,
            anchor=sealed.receipt.for_keys((statement_key.key_id, log_key.key_id)),
        ).encode()

    def _disclose(self, stored: StoredStatement, fields: Collection[str] | None) -> str:
        statement = parse(stored.sd_jwt)
        tiers = by_id(stored.record.schema).tiers
        if fields is None:
            return statement.sd_jwt([name for name in statement.disclosed if tiers[name] is Tier.BASE])
        if len(fields) > _MAX_FIELDS:
            raise InputError(f"{len(fields)} fields are named; no statement has so many")
        for name in sorted(fields):
            if tiers.get(name) is Tier.SENSITIVE:
                raise ForbiddenError(
                    f"the field {name} is sensitive and never leaves this organisation",
                    advice="Leave it out; the proof holds without it.",
                )
            if name not in statement.fields:
                erased = name in [stone.field for stone in self._store.tombstones(stored.record.statement_id)]
                why = "was erased" if erased else "is not in this statement"
                raise NotFoundError(f"the field {name[:40]!r} {why}", advice="Leave it out.")
        return statement.sd_jwt(fields)
