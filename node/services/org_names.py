"""Organisations by the name that people know them by: on chain they are digests."""

from __future__ import annotations

from evidence.encoding import hex0x_encode
from evidence.identity import OrgId
from node.chain.port import MemberDirectory


def name_of(directory: MemberDirectory, org: OrgId | None) -> dict[str, str] | None:
    """LEI and name of an organisation; its digest for one that the registry does not know, None for nobody."""
    if org is None or not any(org):
        return None
    member = directory.member(org)
    if member is None:
        return {"lei": "", "name": hex0x_encode(org)}
    return {"lei": member.lei, "name": member.name}
