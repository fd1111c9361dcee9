"""What a signature means. One list for flows and for the signature service, so that the two cannot drift apart."""

from __future__ import annotations

from enum import StrEnum


class Meaning(StrEnum):
    """The meaning that is signed with the record and shown beside the name (21 CFR 11.50(a)(3))."""

    AUTHORSHIP = "authorship"
    RESPONSIBILITY = "responsibility"
    REVIEW = "review"
    APPROVAL = "approval"
    RELEASE = "release"
    CO_SIGNATURE = "co-signature"
    REJECTION = "rejection"
    REVOCATION = "revocation"

    @property
    def approves(self) -> bool:
        """Whether it lets something through, so that an author must never be the only one to give it."""
        return self in (Meaning.REVIEW, Meaning.APPROVAL, Meaning.RELEASE, Meaning.CO_SIGNATURE)
