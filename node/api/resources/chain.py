"""`/v1/chain`: which chain this is, and proofs of its state for whoever checks them himself, as the portal does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path, Response
from pydantic import BaseModel, Field

from evidence.encoding import hex0x_decode, hex0x_encode
from evidence.errors import NotFoundError
from evidence.header import parse_header
from evidence.identity import OrgId
from evidence.receipt import Address
from node.api.desk import Desk
from node.api.resources.session import STRICT
from node.api.routing import GuardedRoute, Table, raw
from node.auth.permissions import Permission
from node.chain.port_state import MAX_CONTRACTS, MAX_SLOTS, ContractState, WantedState

Slot = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$")]
Bytes = Annotated[str, Field(pattern="^0x([0-9a-f]{2})*$")]
Nodes = list[Bytes]
BlockHash = Annotated[str, Path(pattern="^0x[0-9a-f]{64}$")]
OrgName = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="An organisation's name on chain.")]
PROOF_BYTES = 64 * 1024


class WantedForm(BaseModel):
    """Slots of one contract."""

    model_config = STRICT
    contract: str = Field(pattern="^0x[0-9a-f]{40}$", description="One that the network file names.")
    slots: list[Slot] = Field(max_length=MAX_SLOTS)


class ProofForm(BaseModel):
    """What to prove, all against one block."""

    model_config = STRICT
    wanted: list[WantedForm] = Field(min_length=1, max_length=MAX_CONTRACTS)


class ContractProof(BaseModel):
    """Trie nodes from the root down, as `eth_getProof` gives them; slots in the order in which they were asked for."""

    contract: str
    account_proof: Nodes
    slots: list[Nodes]


class StateProof(BaseModel):
    """A block's header and proofs against its state root. Check them; the header counts only if you know its block."""

    number: int
    hash: str
    header: Bytes
    contracts: list[ContractProof]


class BlockKnown(BaseModel):
    """Whether the chain that this node follows has the block."""

    hash: str
    known: bool


class AttestationList(BaseModel):
    """UIDs of attestations about an organisation, oldest first: where to look, not what to believe."""

    items: list[Slot]


@dataclass(frozen=True, slots=True)
class ChainRoutes:
    """What a page needs to check the chain's state by its own code."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        verify = Permission.PROOFS_VERIFY
        table.add(
            "GET",
            "/v1/chain/network",
            self.network,
            permission=verify,
            summary="The network file",
            responses={200: raw("A network file (`credence-network/1` or later).", "application/json", {})},
            response_class=Response,
        )
        table.add(
            "POST",
            "/v1/chain/proof",
            self.proof,
            permission=verify,
            summary="Prove what the chain's state holds",
            body_bytes=PROOF_BYTES,
            problems=(404,),
        )
        table.add("GET", "/v1/chain/blocks/{block}", self.block, permission=verify, summary="Is a block on the chain?")
        table.add(
            "GET",
            "/v1/chain/attestations/{org}",
            self.attestations,
            permission=verify,
            summary="Attestations about an organisation",
        )
        return table.routes

    def network(self) -> Response:
        """Which chain, and where its contracts are: what pins a proof. Keep a copy that you got from elsewhere."""
        return Response(self.desk.node.network.encode(), media_type="application/json")

    def proof(self, form: ProofForm) -> StateProof:
        """Account and storage proofs of the newest block, of contracts that the network file names."""
        known = set(self.desk.node.state.contracts.values())
        wanted = []
        for one in form.wanted:
            place = Address(hex0x_decode(one.contract, size=20))
            if place not in known:
                raise NotFoundError(f"{one.contract} is no contract of this network", advice="Read the network file.")
            wanted.append(WantedState(place, tuple(hex0x_decode(slot, size=32) for slot in one.slots)))
        with self.desk.turns.turn():
            found = self.desk.node.state.prove(wanted)
        return StateProof(
            number=found.number,
            hash=hex0x_encode(parse_header(found.header).hash),
            header=hex0x_encode(found.header),
            contracts=[_contract(one) for one in found.contracts],
        )

    def block(self, block: BlockHash) -> BlockKnown:
        """Asked of the chain at every call, because a reorg may drop a block that was there."""
        return BlockKnown(hash=block, known=self.desk.node.state.is_known(hex0x_decode(block, size=32)))

    def attestations(self, org: OrgName) -> AttestationList:
        """All that ever were, revoked and expired ones too; whoever asks proves each by `/v1/chain/proof`."""
        with self.desk.turns.turn():
            found = self.desk.node.verify_credential.ledger.attestations(OrgId(bytes.fromhex(org)))
        return AttestationList(items=[hex0x_encode(one.uid) for one in found])


def _contract(one: ContractState) -> ContractProof:
    return ContractProof(
        contract=hex0x_encode(one.account.address),
        account_proof=_texts(one.account.nodes),
        slots=[_texts(slot.nodes) for slot in one.slots],
    )


def _texts(nodes: tuple[bytes, ...]) -> Any:
    return [hex0x_encode(node) for node in nodes]
