"""The home of a node as `credence init` makes it, with a chain that nobody runs."""

from __future__ import annotations

import os
from pathlib import Path

from evidence.network import Network
from evidence.receipt import Address
from node import keyring
from node import settings as node_settings
from node.chain.network_file import write_network
from node.settings import Settings
from tests.support.evidence_node import ISSUER

CONTRACTS = ("EvidenceLog", "MemberRegistry", "CreditResolver", "EAS", "SchemaRegistry", "OrgAccount")


def make_home(home: Path, **changes: object) -> Path:
    """Write settings and keys into `home`; nothing answers at its chain's address (the discard port)."""
    settings = Settings(**{"home": home, "lei": ISSUER, "name": "Kiln", "rpc_url": "http://127.0.0.1:9", **changes})  # type: ignore[arg-type]
    home.mkdir(parents=True, exist_ok=True)
    node_settings.save(settings)
    keyring.create(settings.keys, os.urandom)
    places = {name: Address(bytes([number] * 20)) for number, name in enumerate(CONTRACTS, start=1)}
    write_network(settings.network_file, Network("nowhere", 31337, bytes(32), places))
    return home
