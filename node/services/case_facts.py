"""Facts that flows ask the node for, about things outside the case."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from evidence.canonical import loads
from evidence.clock import parse_instant
from evidence.draft import JsonValue
from evidence.errors import ConflictError
from evidence.identity import Lei, Subject, org_id
from evidence.statement import StatementId
from nocode.archive import MAX_BYTES
from nocode.events import Actor
from nocode.flow import Flow
from node.cases.port import MAX_PAGE, CaseFilter, CaseRecord, CaseStore
from node.chain.port import MemberDirectory
from node.chain.roles import ACCREDITED_BODY
from node.records import port as records
from node.records.port import EvidenceStore, StatementFilter
from node.records.port_exchange import ExchangeStore

_STATEMENT: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
CO_SIGN: Final = "co-sign"
"""The signature step that is counted for `co_signs_24_hours`."""


@dataclass(frozen=True, slots=True)
class StateFacts:
    """States facts as this node knows them now.

    `accreditation_holds` is what the chain's accreditations say of body and scope; for cases without a scope (version 1
    of repair claims), the role `accredited-body` in the registry. Counts are those of the cases that run at this node.
    """

    cases: CaseStore
    store: EvidenceStore
    exchange: ExchangeStore
    directory: MemberDirectory
    accredited: Callable[[Lei, str], bool] | None = None

    def __call__(
        self, names: Collection[str], flow: Flow, fields: Mapping[str, JsonValue], actor: Actor, at: datetime
    ) -> Mapping[str, JsonValue]:
        """The facts `names` for an event of `actor` in a case with these fields.

        Raises:
            ConflictError: a fact that this version does not state.
        """
        about, body = str(fields.get("about", "")), str(fields.get("body", ""))
        stated: dict[str, JsonValue] = {}
        for name in names:
            match name:
                case "event_is_ours":
                    stated[name] = self._is_about(about, actor.organisation)
                case "claims_30_days":
                    since = at - timedelta(days=30)
                    stated[name] = self.cases.count(
                        CaseFilter(flow=named(flow), opener=str(actor.organisation), opened_since=since)
                    )
                case "open_claims_on_event":
                    stated[name] = self.cases.count(CaseFilter(flow=named(flow), about=about, ended=False))
                case "accreditation_holds":
                    stated[name] = self._accredited(Lei(body), str(fields.get("scope", "")))
                case "co_signs_24_hours":
                    stated[name] = self._signed(flow, actor.organisation, at - timedelta(hours=24))
                case _:
                    raise ConflictError(
                        f"the flow {named(flow)} asks for the fact {name!r}, which this node does not state",
                        advice="Bring the node up to date, or use another version of the flow.",
                    )
        return stated

    def _accredited(self, body: Lei, scope: str) -> bool:
        if scope:
            # The chain knows term and scope, and who is barred; where it keeps no accreditations, nobody has one.
            return self.accredited is not None and self.accredited(body, scope)
        member = self.directory.member(org_id(body))
        return member is not None and member.active and ACCREDITED_BODY in member.roles

    def _is_about(self, statement: str, organisation: Lei) -> bool:
        if not _STATEMENT.fullmatch(statement):
            return False
        ours = self.store.statement(StatementId(statement))
        if ours is not None:
            return ours.record.subject.lei == organisation
        after, chosen = 0, StatementFilter(subject=Subject(organisation))
        while page := self.exchange.received(chosen, after=after, limit=records.MAX_PAGE):
            if any(one.statement_id == statement for _, one in page):
                return True
            after = page[-1][0]
        return False

    def _signed(self, flow: Flow, organisation: Lei, since: datetime) -> int:
        return sum(
            entry["event"] == CO_SIGN
            and entry["kind"] == "signed"
            and entry["actor"]["organisation"] == organisation
            and parse_instant(entry["at"]) >= since
            for record in self._changed(flow, since)
            for entry in _history(record)
        )

    def _changed(self, flow: Flow, since: datetime) -> Iterator[CaseRecord]:
        after, chosen = 0, CaseFilter(flow=named(flow), changed_since=since)
        while page := self.cases.cases(chosen, after=after, limit=MAX_PAGE):
            yield from (record for _, record in page)
            after = page[-1][0]


def named(flow: Flow) -> str:
    """A flow's id and version, such as `repair-claim.1`."""
    return f"{flow.id}.{flow.version}"


def _history(record: CaseRecord) -> list[dict[str, Any]]:
    document: Any = loads(record.data, limit=MAX_BYTES)
    history: list[dict[str, Any]] = document["history"]
    return history
