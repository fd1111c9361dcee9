"""Accredit inspection bodies, withdraw an accreditation, bar a body; and see who is accredited for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evidence.identity import Lei, OrgId, org_id
from node.chain.port import MemberDirectory
from node.chain.port_repairs import Accreditation, Accreditations
from node.services.org_names import name_of
from node.services.read_policies import instant
from node.services.scopes import scope_id, scope_name


@dataclass(frozen=True, slots=True)
class AccreditBody:
    """Decides who may co-sign; with the accreditor's key, or every change is refused by the contract."""

    book: Accreditations

    def grant(self, body: Lei, scopes: Sequence[str], until: datetime) -> None:
        """Accredit a body for scopes until `until`; granted again, the term is as long as told last."""
        self.book.grant(org_id(body), [scope_id(scope) for scope in scopes], int(until.timestamp()))

    def withdraw(self, body: Lei, scope: str) -> None:
        """End an accreditation now; what was co-signed under it stays."""
        self.book.withdraw(org_id(body), scope_id(scope))

    def bar(self, body: Lei, since: datetime) -> None:
        """From `since` on nothing of the body counts, its co-signs of repairs included; for good."""
        self.book.bar(org_id(body), int(since.timestamp()))


@dataclass(frozen=True, slots=True)
class ReadAccreditations:
    """Who may co-sign what, until when."""

    book: Accreditations
    directory: MemberDirectory

    def __call__(self, body: Lei | None = None) -> list[dict[str, Any]]:
        """Every term, of all bodies or of one."""
        terms = self.book.accreditations(None if body is None else org_id(body))
        barred = {one.body: self.book.barred_since(one.body) for one in terms}
        return [self._shown(one, barred[one.body]) for one in terms]

    def holds(self, body: OrgId, scope: str) -> bool:
        """Whether a body may co-sign in a scope now."""
        return self.book.is_accredited(body, scope_id(scope))

    def _shown(self, term: Accreditation, barred: int | None) -> dict[str, Any]:
        return {
            "body": name_of(self.directory, term.body),
            "scope": scope_name(term.scope),
            "since": instant(term.since),
            "until": instant(term.until),
            "barred_since": instant(barred or 0),
            "accredited": self.book.is_accredited(term.body, term.scope),
        }
