"""Cases as the API shows them, and the forms that callers send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from nocode.commands import Close, Command, Notify, RecomputeScore, SignRequest
from nocode.flow import Handler
from nocode.legal import Choice
from node.api.resources.session import STRICT
from node.cases.port import CaseRecord
from node.services.case_facts import named
from node.services.cases import Reading

NAME = "^[a-z0-9]+(-[a-z0-9]+)*$"
Reason = Annotated[str, Field(max_length=1_000, description="Needed where the flow says so, or a value is replaced.")]
Zone = Annotated[
    str,
    Field(max_length=64, pattern="^[A-Za-z0-9_+/-]+$", examples=["Asia/Shanghai"], description="IANA time zone."),
]
Step = Annotated[str, Field(max_length=64, pattern=NAME, examples=["co-sign"])]
Password = Annotated[str, Field(min_length=1, max_length=1024)]
UserName = Annotated[str, Field(max_length=64, description="Needed at the first signing and after a break.")]
Fields = Annotated[dict[str, Any], Field(examples=[{"evidence": ["ab" * 32]}])]


class OpenForm(BaseModel):
    """A new case."""

    model_config = STRICT
    flow: str = Field(max_length=80, pattern="^[a-z0-9-]+\\.[0-9]+$", examples=["repair-claim.1"])
    fields: Fields
    reason: Reason = ""
    zone: Zone = "UTC"


class EventForm(BaseModel):
    """Something that the caller does in a case."""

    model_config = STRICT
    event: str = Field(max_length=64, pattern=NAME, examples=["attach"])
    fields: Fields = {}
    reason: Reason = ""
    zone: Zone = "UTC"
    head: str | None = Field(None, pattern="^[0-9a-f]{64}$", description="As it was read: another one now is refused.")


class SignatureForm(BaseModel):
    """The caller's signature, with `password`; or one sealed at another member's node, with `sealed`."""

    model_config = STRICT
    step: Step
    reason: Reason = ""
    zone: Zone = "UTC"
    name: UserName | None = None
    password: Password | None = None
    sealed: str | None = Field(None, max_length=8_192, description="Compact JWS of the type `credence-signature`.")


class CounterSignForm(BaseModel):
    """The caller's signature over a step of a case that runs at another member's node."""

    model_config = STRICT
    export: str = Field(max_length=16 * 1024 * 1024, description="The case's export, as it came.")
    step: Step
    reason: Reason = ""
    zone: Zone = "UTC"
    name: UserName | None = None
    password: Password


class CounterSignature(BaseModel):
    """What the other node takes as `sealed`."""

    id: str
    step: str
    sealed: str


class CaseView(BaseModel):
    """A case in a list."""

    id: str
    flow: str
    state: str
    ended: bool
    subject: str
    about: str
    opener: str
    opened: datetime
    changed: datetime
    due: datetime | None = Field(description="When the next deadline passes.")
    head: str = Field(pattern="^[0-9a-f]{64}$", description="Kept elsewhere, it shows whether the history was changed.")


class CasePage(BaseModel):
    """Some cases, in the order in which they were opened."""

    items: list[CaseView]
    next: str | None


class ChoiceView(BaseModel):
    """What the caller may do now; a condition of the flow may still refuse it."""

    action: str
    title: dict[str, str]
    roles: list[str]
    meaning: str | None = Field(description="Of a signature step; null for events.")
    missing: int = Field(description="Signatures that the step still waits for.")
    required: list[str]
    optional: list[str]
    reason: bool


class CommandView(BaseModel):
    """What the case asked of the node; `outcome` is null while it waits."""

    key: str
    do: str
    outcome: str | None


class CaseDetail(BaseModel):
    """A case with everything that happened, replayed from its history."""

    id: str
    flow: str
    title: dict[str, str]
    state: str
    state_title: dict[str, str]
    ended: bool
    opened: datetime
    due: datetime | None
    head: str
    record: str = Field(description="What a signer signs now, SHA-256.")
    fields: dict[str, Any]
    history: list[dict[str, Any]]
    choices: list[ChoiceView]
    commands: list[CommandView]
    seals: dict[str, str] = Field(description="Sealed signatures by id; any member checks them with the registry.")


def view_of(record: CaseRecord) -> CaseView:
    """A kept case for a list."""
    return CaseView(
        id=record.case,
        flow=record.flow,
        state=record.state,
        ended=record.ended,
        subject=record.subject,
        about=record.about,
        opener=record.opener,
        opened=record.opened,
        changed=record.changed,
        due=record.due,
        head=record.head.hex(),
    )


def detail_of(reading: Reading) -> CaseDetail:
    """A case as it was read."""
    flow, case = reading.flow, reading.case
    state = flow.states[case.state]
    return CaseDetail(
        id=case.id,
        flow=named(flow),
        title={"en": flow.title.en, "zh": flow.title.zh},
        state=case.state,
        state_title={"en": state.title.en, "zh": state.title.zh},
        ended=state.end,
        opened=case.opened,
        due=None if reading.due is None else reading.due.at,
        head=case.head.hex(),
        record=case.record.hex(),
        fields=dict(case.fields),
        history=[entry.to_json() for entry in case.history],
        choices=[_choice(choice) for choice in reading.choices],
        commands=[
            CommandView(key=order.command.key, do=_do(order.command), outcome=order.outcome) for order in reading.orders
        ],
        seals=dict(reading.seals),
    )


def _choice(choice: Choice) -> ChoiceView:
    action = choice.action
    return ChoiceView(
        action=action.name,
        title={"en": action.title.en, "zh": action.title.zh},
        roles=list(choice.roles),
        meaning=None if isinstance(action, Handler) else action.meaning.value,
        missing=choice.missing,
        required=list(action.form.required) if isinstance(action, Handler) else [],
        optional=list(action.form.optional) if isinstance(action, Handler) else [],
        reason=action.reason,
    )


def _do(command: Command) -> str:
    match command:
        case Notify():
            return "notify"
        case SignRequest():
            return "sign-request"
        case RecomputeScore():
            return "recompute-score"
        case Close():
            return "close"
    return "submit-statement"
