"""The chain libraries must not make the rest of the process easier to kill."""

from __future__ import annotations

import subprocess
import sys

from tests.support.anvil import ROOT

PROGRAM = """
import sys
before = sys.getrecursionlimit()
from evidence.network import Network
from node.chain.artifacts import load_artifacts
from node.chain.evm_chain import EvmChain, EvmSettings
from node.chain.evm_sender import EvmSender
chain = EvmChain(EvmSettings("http://127.0.0.1:1", Network("test", 1, bytes(32))), load_artifacts())
chain.codec.encode("EvidenceLog", "registry", [])
EvmSender(chain, bytes.fromhex("11" * 32))
assert "py_ecc" in sys.modules, "the library that raised the limit is gone, and with it the reason for the guard"
assert sys.getrecursionlimit() == before, sys.getrecursionlimit()
"""


def test_loading_the_chain_libraries_leaves_the_recursion_limit_as_it_was() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
