"""Importing the chain libraries without what they do to the whole process.

`py_ecc`, which web3 and eth_account bring along, raises Python's recursion limit to 100,000 on import. From then on a
few hundred kilobytes of nested brackets, parsed by anyone in the process, overflow the C stack and kill the node.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def same_recursion_limit() -> Iterator[None]:
    """Whatever is imported in this block, the recursion limit afterwards is the one before."""
    limit = sys.getrecursionlimit()
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
