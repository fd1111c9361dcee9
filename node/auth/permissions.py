"""Roles of people, and the permissions that a route asks for."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Permission(StrEnum):
    """What one route asks of its caller; also the scope of an API token."""

    SELF = "self"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    TRAIL_READ = "trail:read"
    IMPORTS_READ = "imports:read"
    IMPORTS_WRITE = "imports:write"
    STATEMENTS_READ = "statements:read"
    STATEMENTS_WRITE = "statements:write"
    STATEMENTS_DISCLOSE = "statements:disclose"
    ATTACHMENTS_READ = "attachments:read"
    ATTACHMENTS_WRITE = "attachments:write"
    PROOFS_READ = "proofs:read"
    PROOFS_VERIFY = "proofs:verify"
    LOG_READ = "log:read"
    LOG_SEAL = "log:seal"
    SCORES_READ = "scores:read"
    SCORES_COMPUTE = "scores:compute"
    SCORES_ATTEST = "scores:attest"
    POLICIES_STOP = "policies:stop"
    MEMBERS_READ = "members:read"
    EXCHANGE_FETCH = "exchange:fetch"
    EXCHANGE_READ = "exchange:read"
    EVENTS_READ = "events:read"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    CASES_SIGN = "cases:sign"
    GOVERNANCE_READ = "governance:read"
    POLICIES_PROPOSE = "policies:propose"
    POLICIES_VOTE = "policies:vote"
    GATE_WRITE = "gate:write"
    CAPABILITY_ATTEST = "capability:attest"
    ACCREDITATIONS_WRITE = "accreditations:write"
    REPAIRS_WRITE = "repairs:write"
    REPAIRS_SIGN = "repairs:sign"
    OBJECTIONS_WRITE = "objections:write"
    CAUSES_READ = "causes:read"
    CAUSES_WRITE = "causes:write"
    TRAINING_READ = "training:read"
    TRAINING_WRITE = "training:write"
    PLANT_WRITE = "plant:write"
    AUDIT_RUN = "audit:run"
    METRICS_READ = "metrics:read"


class Role(StrEnum):
    """What a person is to this organisation; a user may hold several."""

    ADMIN = "admin"
    PURCHASER = "purchaser"
    SUPPLIER_QUALITY = "supplier-quality"
    BANK_OFFICER = "bank-officer"
    AUDITOR = "auditor"
    ACCREDITED_SIGNER = "accredited-signer"
    STEWARD = "steward"
    OPERATOR = "operator"
    ENGINEER = "engineer"


def _reader() -> frozenset[Permission]:
    """What every signed-in person may do: see what this node holds, and check proofs."""
    return frozenset(
        {
            Permission.SELF,
            Permission.STATEMENTS_READ,
            Permission.PROOFS_READ,
            Permission.PROOFS_VERIFY,
            Permission.LOG_READ,
            Permission.SCORES_READ,
            Permission.MEMBERS_READ,
            Permission.EVENTS_READ,
            Permission.CASES_READ,
            Permission.GOVERNANCE_READ,
        }
    )


def _granted(role: Role) -> frozenset[Permission]:
    submit = {Permission.IMPORTS_READ, Permission.IMPORTS_WRITE, Permission.STATEMENTS_WRITE}
    attach = {Permission.ATTACHMENTS_READ, Permission.ATTACHMENTS_WRITE}
    cases = {Permission.CASES_WRITE, Permission.CASES_SIGN}
    match role:
        case Role.ADMIN:
            # An administrator looks after people and the node, and signs and submits nothing (21 CFR Part 11: no
            # administrator acts as another).
            return frozenset(
                {
                    Permission.SELF,
                    Permission.USERS_READ,
                    Permission.USERS_WRITE,
                    Permission.TRAIL_READ,
                    Permission.LOG_READ,
                    Permission.LOG_SEAL,
                    Permission.MEMBERS_READ,
                    Permission.EXCHANGE_FETCH,
                    Permission.EVENTS_READ,
                    Permission.METRICS_READ,
                }
            )
        case Role.SUPPLIER_QUALITY:
            disclose = {Permission.STATEMENTS_DISCLOSE, Permission.SCORES_COMPUTE, Permission.LOG_SEAL}
            # What other members state about this organisation: their nodes decide what it gets.
            disclose |= {Permission.EXCHANGE_FETCH}
            public = {Permission.REPAIRS_WRITE, Permission.OBJECTIONS_WRITE, Permission.CAUSES_READ}
            return _reader() | submit | attach | disclose | cases | public
        case Role.PURCHASER:
            scores = {Permission.SCORES_COMPUTE, Permission.SCORES_ATTEST, Permission.EXCHANGE_FETCH}
            gates = {Permission.GATE_WRITE, Permission.CAPABILITY_ATTEST, Permission.OBJECTIONS_WRITE}
            return _reader() | attach | scores | cases | gates
        case Role.AUDITOR:
            audit = {Permission.AUDIT_RUN, Permission.TRAIL_READ, Permission.SCORES_COMPUTE}
            audit |= {Permission.OBJECTIONS_WRITE}
            return _reader() | audit | {Permission.ATTACHMENTS_READ}
        case Role.BANK_OFFICER:
            return _reader() | {Permission.ATTACHMENTS_READ, Permission.OBJECTIONS_WRITE}
        case Role.ACCREDITED_SIGNER:
            return _reader() | attach | cases | {Permission.STATEMENTS_WRITE, Permission.REPAIRS_SIGN}
        case Role.ENGINEER:
            # Process data is theirs and nobody else's: no other role writes it, and no other organisation reads it.
            causes = {Permission.CAUSES_READ, Permission.CAUSES_WRITE, Permission.TRAINING_READ, Permission.PLANT_WRITE}
            return _reader() | attach | cases | causes | {Permission.STATEMENTS_WRITE}
        case Role.STEWARD:
            # What the organisation says in the consortium: its vote, and where it holds that role, accreditations.
            votes = {Permission.POLICIES_PROPOSE, Permission.POLICIES_VOTE, Permission.ACCREDITATIONS_WRITE}
            watch = {Permission.SCORES_COMPUTE, Permission.POLICIES_STOP, Permission.AUDIT_RUN, Permission.METRICS_READ}
            training = {Permission.TRAINING_READ, Permission.TRAINING_WRITE, Permission.PLANT_WRITE}
            return _reader() | watch | votes | training | {Permission.OBJECTIONS_WRITE}
        case Role.OPERATOR:
            return _reader() | submit | {Permission.ATTACHMENTS_WRITE}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """The union of what `roles` grant; the empty set for no role."""
    return frozenset().union(*(_granted(role) for role in roles))


def peer_permissions() -> frozenset[Permission]:
    """What another member's node may do here: read what is shared by duty, and the log that proves it."""
    return frozenset({Permission.EXCHANGE_READ, Permission.LOG_READ, Permission.PROOFS_VERIFY})
