"""Who may pass the door: nodes whose key the federation file holds now, and only while it does.

The SuperLink takes a key once: a node that was unregistered there can never come back under the same key. So nodes stay
registered, and the door turns away those whose member was taken out, until it is taken in again. What a node claims by
its header the SuperLink checks by its signature.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from federated.secagg.registry import MemberKey, Registry, RegistryFile

HEADER: Final = "flwr-public-key"
"""Where a SuperNode names its key: its PEM form in base64."""
MAX_HEADER: Final = 1_024


@dataclass(slots=True)
class Gate:
    """Decides by the federation file as it is at the moment; `now_s` is the clock."""

    members: RegistryFile
    now_s: Callable[[], int]
    _seen: Registry | None = field(default=None)
    _keys: dict[bytes, MemberKey] = field(default_factory=dict)

    def lets_in(self, header: str | None) -> bool:
        """Whether a call with this header may pass."""
        if header is None or len(header) > MAX_HEADER:
            return False
        registry = self.members.now()
        if registry is not self._seen:
            self._keys = {one.key.pem(): one for one in registry.keys}
            self._seen = registry
        try:
            key = self._keys.get(base64.b64decode(header, validate=True))
        except (binascii.Error, ValueError):
            return False
        return key is not None and key.good_at(self.now_s())
