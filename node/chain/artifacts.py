"""The compiled contracts as they are committed: ABI, creation code and what the chain stores of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evidence.errors import MalformedError, ToolMissingError

GENERATED: Final = Path(__file__).resolve().parents[2] / "contracts" / "generated"

OWN: Final = ("MemberRegistry", "EvidenceLog", "CreditResolver", "OrgAccount")
SCORE: Final = (
    *("MemberVotes", "MemberGovernor", "MemberTimelock", "PolicyRegistry", "PolicyCreditResolver"),
    *("CapabilityResolver", "QualificationGate", "AccreditationRegistry", "RepairBook", "ObjectionBook"),
)
"""What the score adds to a network; one without them is whole."""
MODELS: Final = ("ModelRegistry",)
"""What federated training adds; a network without it is whole."""
EAS: Final = ("SchemaRegistry", "EAS")


@dataclass(frozen=True, slots=True)
class Artifact:
    """One contract: `immutables` are the (offset, length) pairs in `deployed` that its constructor fills in."""

    name: str
    abi: tuple[Mapping[str, Any], ...]
    creation: bytes
    deployed: bytes
    immutables: tuple[tuple[int, int], ...]


def load_artifacts(folder: Path = GENERATED) -> Mapping[str, Artifact]:
    """All contracts by name.

    Raises:
        ToolMissingError: a file is missing.
        MalformedError: a file is not what the contracts' build writes.
    """
    places = {name: folder / f"{name}.json" for name in (*OWN, *SCORE, *MODELS)}
    places |= {name: folder / "eas" / f"{name}.json" for name in EAS}
    return {name: _load(name, path) for name, path in places.items()}


def _load(name: str, path: Path) -> Artifact:
    try:
        value = json.loads(path.read_bytes())
        return Artifact(
            name,
            tuple(value["abi"]),
            bytes.fromhex(value["bytecode"].removeprefix("0x")),
            bytes.fromhex(value["deployedBytecode"].removeprefix("0x")),
            tuple((int(start), int(length)) for start, length in value["immutableReferences"]),
        )
    except FileNotFoundError as error:
        raise ToolMissingError(f"the compiled contract {path} is missing") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedError(f"{path} is not a compiled contract: {error}") from error
