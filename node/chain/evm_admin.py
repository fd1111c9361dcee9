"""`MemberAdmin` on an EVM chain: by the enroller's key, or by a member about itself through its account contract."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from evidence.identity import Lei, OrgId, org_id
from evidence.keys import KeyId, KeyPurpose
from evidence.network import MEMBER_REGISTRY
from node.chain import roles as role_names
from node.chain.checks import check_same_name
from node.chain.evm_chain import EvmChain
from node.chain.evm_credit import ACCOUNT, own_account
from node.chain.evm_members import EvmDirectory, read_key, read_member
from node.chain.evm_sender import EvmSender
from node.chain.keys import name_key
from node.chain.port import Member


class EvmAdmin:
    """See the port.

    Args:
        sender: holds the enroller's (and pauser's) key, or with `own_account` an attest key of a member.
        own_account: whether calls go through that member's account contract.
    """

    def __init__(self, chain: EvmChain, sender: EvmSender, *, own_account: bool = False) -> None:
        self._chain = chain
        self._sender = sender
        self._own_account = own_account
        self._directory = EvmDirectory(chain)

    def enrol(self, lei: Lei, name: str, endpoint: str, roles: Collection[str]) -> OrgId:
        org, bits = org_id(lei), role_names.to_bits(roles)
        check_same_name(self._directory.member(org), name)
        self._write(
            "enrol", [org, str(lei), name, endpoint, bits], lambda at: read_member(self._chain, org, at) is not None
        )
        return org

    def open_account(self, org: OrgId) -> str:
        member = self._directory.member(org)
        if member is not None and member.account is not None:
            return member.account
        account = self._sender.create(ACCOUNT, self._chain.address(MEMBER_REGISTRY), org)
        self._write(
            "setAccount",
            [org, account],
            lambda at: self._chain.read(MEMBER_REGISTRY, "accountOf", org, at=at).lower() == account.lower(),
        )
        return account

    def register_key(self, org: OrgId, purpose: KeyPurpose, public_key: bytes, valid_from: int) -> KeyId:
        key = name_key(purpose, public_key)

        def holds(at: int) -> bool:
            record = read_key(self._chain, key, at)
            return record is not None and record.org == org and record.purpose == purpose

        self._write("registerKey", [org, key, int(purpose), public_key, valid_from], holds)
        return key

    def retire_key(self, key: KeyId) -> None:
        def holds(at: int) -> bool:
            record = read_key(self._chain, key, at)
            return record is not None and record.retired_at > 0

        self._write("retireKey", [key], holds)

    def declare_compromised(self, key: KeyId, since: int) -> None:
        def holds(at: int) -> bool:
            record = read_key(self._chain, key, at)
            return record is not None and record.compromised_at == since

        self._write("declareCompromised", [key, since], holds)

    def set_active(self, org: OrgId, active: bool) -> None:
        self._change("setActive", org, active, lambda member: member.active == active)

    def set_roles(self, org: OrgId, roles: Collection[str]) -> None:
        bits = role_names.to_bits(roles)
        self._change("setRoles", org, bits, lambda member: member.roles == role_names.from_bits(bits))

    def set_endpoint(self, org: OrgId, endpoint: str) -> None:
        self._change("setEndpoint", org, endpoint, lambda member: member.endpoint == endpoint)

    def set_paused(self, paused: bool) -> None:
        self._write(
            "pause" if paused else "unpause",
            [],
            lambda at: self._chain.read(MEMBER_REGISTRY, "paused", at=at) == paused,
        )

    def _change(self, function: str, org: OrgId, value: Any, holds: Callable[[Member], bool]) -> None:
        def holds_at(at: int) -> bool:
            member = read_member(self._chain, org, at)
            return member is not None and holds(member)

        self._write(function, [org, value], holds_at)

    def _write(self, function: str, arguments: list[Any], holds: Callable[[int], bool]) -> None:
        registry = self._chain.address(MEMBER_REGISTRY)
        data = self._chain.codec.encode(MEMBER_REGISTRY, function, arguments)
        if not self._own_account:
            self._sender.write(registry, data, holds)
            return
        _, account = own_account(self._chain, self._sender)
        self._sender.write(account, self._chain.codec.encode(ACCOUNT, "execute", [registry, 0, data]), holds)
