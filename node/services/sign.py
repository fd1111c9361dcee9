"""Sign a record: the one place where a person's electronic signature is made.

Source:
    21 CFR Part 11, sections 11.50, 11.70, 11.100, 11.200 and 11.300; EU GMP Annex 11 section 14.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from evidence.clock import Clock
from evidence.errors import AuthenticationError, SchemaError
from evidence.identity import Lei
from evidence.keys import Entropy, StatementKey
from node.signing.port import Credentials, Meaning, Method, Presence, Signature, SignatureId, SignatureStore, Signer
from node.signing.sealed import offset_of, seal


@dataclass(frozen=True, slots=True)
class SignRules:
    """When both components are asked for.

    Attributes:
        longest_break: so long after the last signing of a session, its run of signings has ended.
    """

    longest_break: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SignRecord:
    """Signs records for signed-in people; bound to the record's hash, sealed with the organisation's key."""

    organisation: Lei
    key: StatementKey
    signatures: SignatureStore
    presence: Presence
    clock: Clock
    entropy: Entropy
    rules: SignRules = SignRules()

    def __call__(
        self,
        record: bytes,
        meaning: Meaning,
        signer: Signer,
        credentials: Credentials,
        *,
        about: str,
        zone: str,
        request: str = "",
    ) -> Signature:
        """Sign `record` (32 bytes) as `signer`, once.

        Args:
            about: what the record is, such as `case/<id>`; shown and searched for.
            zone: IANA name of the time zone that the signer works in.
            request: names the call in the access trail.
        Raises:
            AuthenticationError: user name and password are needed and the name was not given, or they are wrong, or the
                session has ended; wrong ones count towards the lock.
            ForbiddenError: the signer's password was chosen by somebody else.
            SchemaError: a record, text or time zone that cannot be signed.
        """
        # (1) What cannot be signed is refused before anybody's password is looked at.
        now = self.clock()
        if len(record) != 32:
            raise SchemaError("a record is named by a digest of 32 bytes", place="/record")
        offset_of(now, zone)
        # (2) Both components at the first signing of a session and after a break, else the password at least.
        begins = self.needs_name(signer, now)
        if begins and credentials.name is None:
            raise AuthenticationError(
                "a run of signings begins with user name and password", advice="Give your user name as well."
            )
        # (3) The person is there, and it is the session's own: nobody signs as somebody else.
        self.presence.confirm(signer, credentials, request=request)
        # (4) Sealed before it is kept: what the store has, other members can check.
        signature = seal(
            self.key,
            id_=SignatureId("sig_" + self.entropy(16).hex()),
            record=record,
            about=about,
            meaning=meaning,
            organisation=self.organisation,
            signer=signer.user,
            name=signer.name,
            at=now,
            zone=zone,
            method=Method.PASSWORD_IN_RUN if credentials.name is None else Method.NAME_AND_PASSWORD,
        )
        # (5) Kept, then told. The store refuses an id that was ever used.
        entry = self.signatures.append(signature, signer.run)
        self.presence.signed(entry.signature, request=request)
        return entry.signature

    def needs_name(self, signer: Signer, now: datetime | None = None) -> bool:
        """Whether the next signing of this session asks for the user name too: for the form to show the box."""
        last = self.signatures.last_of_run(signer.run)
        return last is None or (now or self.clock()) - last >= self.rules.longest_break
