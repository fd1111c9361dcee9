"""What bank and auditor check, each with its own node's settings and keys and nobody's word."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence.encoding import hex0x_encode
from evidence.errors import CredenceError
from evidence.identity import Lei
from evidence.proof import decode as decode_proof
from evidence.verify import Trust, verify_bundle
from node.bootstrap import Node, open_node
from scoring.bundle import decode as decode_bundle
from scoring.recompute import recompute

MAX_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class BankCheck:
    """A credit officer verifies a credential that a supplier handed over."""

    home: Path

    def __call__(self, folder: Path) -> dict[str, Any]:
        """Signature, issuer, attestation, values and recomputed score; `verified` only when all hold."""
        with open_node(self.home, {}) as node:
            try:
                text = (folder / "credential.sd-jwt").read_text("ascii")
                bundle = decode_bundle((folder / "bundle.json").read_bytes())
                report = node.verify_credential(text, bundle=bundle)
            except CredenceError as error:
                return {"verified": False, "why": error.message}
        return {
            "verified": True,
            "attester": report.attestation.attester,
            "issuer": report.issuer.name,
            "recomputed": report.recomputed.value if report.recomputed else None,
            "attesters": [attester.org for attester in bundle.attesters],
        }


@dataclass(frozen=True, slots=True)
class AuditorCheck:
    """An auditor checks proofs offline, re-proves whole logs, names gaps, and recomputes the score."""

    home: Path

    def __call__(self, folder: Path, supplier: str) -> dict[str, Any]:
        """`verified` only when every proof holds, every log is whole, and the score recomputes to the last bit."""
        bundle = decode_bundle((folder / "bundle.json").read_bytes())
        issuers = sorted({supplier, *(str(head.org) for head in bundle.heads)})
        with open_node(self.home, {}) as node:
            proofs = [self._proof(node, path) for path in sorted(folder.glob("*.proof"))]
            logs = [self._log(node, issuer) for issuer in issuers]
        result = recompute(bundle)
        whole = all(log["whole"] for log in logs)
        return {
            "verified": all(proof["verified"] for proof in proofs) and whole and result.equal,
            "proofs": proofs,
            "logs": logs,
            "recomputed": result.outcome.value,
            "differences": [difference.place for difference in result.differences[:10]],
        }

    @staticmethod
    def _proof(node: Node, path: Path) -> dict[str, Any]:
        data = path.read_bytes()
        anchor = decode_proof(data).anchor
        trusted: frozenset[bytes] = frozenset()
        if anchor is not None:
            # The auditor takes the block's hash from a chain it trusts, and nothing else; the rest is offline.
            from evidence.header import parse_header

            block = parse_header(anchor.header).hash
            trusted = frozenset({block}) if node.chain.headers.header_known(block) else frozenset()
        report = verify_bundle(data, Trust(trusted, node.chain.network))
        return {
            "file": path.name,
            "verified": report.verified,
            "trusted_block": [hex0x_encode(block) for block in trusted],
            **{name: answer.state.value for name, answer in report.answers.items()},
        }

    @staticmethod
    def _log(node: Node, issuer: str) -> dict[str, Any]:
        try:
            audit = node.audit_log(Lei(issuer))
        except CredenceError as error:
            return {"issuer": issuer, "whole": False, "why": error.message}
        return {
            "issuer": issuer,
            "whole": audit.whole,
            "size": audit.size,
            "findings": [finding.detail for finding in audit.findings[:10]],
        }
