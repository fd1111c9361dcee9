"""What guards and commands see of a case at the moment of an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from evidence.clock import format_instant
from evidence.draft import Draft, JsonValue
from evidence.identity import Lei, Subject
from nocode.case import CaseId, Entry
from nocode.commands import (
    ApplySetPoint,
    ApplyTemplate,
    Close,
    Command,
    Fixed,
    FromCase,
    FromField,
    Notify,
    NotifyTemplate,
    OpenRepair,
    OpenRepairTemplate,
    RecomputeScore,
    RecomputeTemplate,
    Source,
    SubmitStatement,
    SubmitTemplate,
    Template,
)
from nocode.events import Actor


@dataclass(frozen=True, slots=True)
class Moment:
    """A case with the event that is about to happen; implements `guards.Surroundings`.

    Attributes:
        history: what happened before this event.
        fields: those of the case with those of the event.
        facts: those of the event.
        actor: None for the clock.
        opener: who opened the case, or opens it now.
    """

    case: CaseId
    at: datetime
    opened: datetime
    history: tuple[Entry, ...]
    fields: Mapping[str, JsonValue]
    facts: Mapping[str, JsonValue]
    actor: Actor | None
    opener: Actor

    def person(self, who: str, part: str) -> str:
        """`organisation` or `user` of the `actor` or the `opener`."""
        person = self.opener if who == "opener" else self.actor
        assert person is not None, "the reader lets no guard of the clock ask for an actor"
        return str(person.organisation) if part == "organisation" else person.user

    def times(self, event: str, since: Callable[[datetime], datetime] | None) -> int:
        """How often `event` was accepted before now, at or after `since` if there is one."""
        start = None if since is None else since(self.at)
        return sum(entry.event == event and (start is None or entry.at >= start) for entry in self.history)

    def commands(self, templates: tuple[Template, ...], entry: Entry) -> list[Command]:
        """What the entry that this event became asks of the node."""
        return [self._command(template, f"{self.case}:{entry.number}:{n}") for n, template in enumerate(templates)]

    def _command(self, template: Template, key: str) -> Command:
        match template:
            case NotifyTemplate(roles, text):
                return Notify(key, roles, text)
            case RecomputeTemplate(subject):
                return RecomputeScore(key, self._subject(subject))
            case OpenRepairTemplate(scope):
                return OpenRepair(key, str(self._value(scope)))
            case ApplyTemplate():
                return ApplySetPoint(key, **{name: str(self._value(source)) for name, source in template.sources})
            case SubmitTemplate(kind, subject, fields):
                given = {name: self._value(source) for name, source in fields.items()}
                draft = Draft(
                    kind,
                    format_instant(self.at),
                    {name: value for name, value in given.items() if value is not None},
                    f"case {self.case}",
                )
                return SubmitStatement(key, self._subject(subject), draft)

    def _subject(self, source: Source) -> Subject:
        if isinstance(source, FromCase):
            return Subject(Lei(str(self.opener.organisation)))
        return Subject.parse(str(self._value(source)))

    def _value(self, source: Source) -> JsonValue:
        match source:
            case Fixed(value):
                return value
            case FromField(field):
                return self.fields.get(field.name)
            case FromCase("id"):
                return str(self.case)
            case FromCase("now"):
                return format_instant(self.at)
            case FromCase("opened-at"):
                return format_instant(self.opened)
            case FromCase():
                return str(self.opener.organisation)


def closing(case: CaseId, entry: Entry) -> Close:
    """The command that tells that a case has ended."""
    return Close(f"{case}:{entry.number}:close", entry.target)
