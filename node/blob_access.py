"""The attachments of one node: a folder of its own and, when it has an IPFS daemon, a queue towards that."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from node.blobs.local import LocalBlobs
from node.blobs.port import BlobStore
from node.blobs.queue import QueuedBlobs
from node.settings import Settings

IPFS_TIMEOUT_S: Final = 30
"""For one call: the worker seals in the same thread, so a daemon that hangs must not hold it for long."""


class BlobAccess:
    """The blob stores, each made when first asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def local(self) -> LocalBlobs:
        """The folder on this machine."""
        return LocalBlobs(self._settings.home / "blobs")

    @cached_property
    def queued(self) -> QueuedBlobs | None:
        """The folder with its queue towards the IPFS daemon; None when the node has no daemon."""
        if not self._settings.ipfs_api:
            return None
        from node.blobs.ipfs import IpfsBlobs

        remote = IpfsBlobs(self._settings.ipfs_api, timeout_s=IPFS_TIMEOUT_S)
        return QueuedBlobs(self.local, remote, self._settings.home / "blob-queue")

    @property
    def store(self) -> BlobStore:
        """Where attachments are added and fetched."""
        return self.queued or self.local
