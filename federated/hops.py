"""One exchange with the nodes: letters out, answers in until all are there or time is up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from evidence.draft import JsonValue
from evidence.errors import CredenceError
from federated.courier import Courier, Letter

Take = Callable[[int, Mapping[str, JsonValue], bytes], None]
"""What is done with one answered part: node, the part, the letter's vector."""


@dataclass(slots=True)
class Hops:
    """Sends and gathers for one run.

    Attributes:
        monotonic_s: a clock that only runs forward; say: told of refusals and of answers that do not hold.
    """

    courier: Courier
    monotonic_s: Callable[[], float]
    say: Callable[[dict[str, JsonValue]], None]
    _count: int = field(default=0)

    def exchange(
        self,
        kind: str,
        letters: Mapping[int, Letter],
        take: Mapping[str, Take],
        *,
        wait_s: float,
        beside: tuple[str, Mapping[int, Letter]] | None = None,
    ) -> frozenset[int]:
        """Send `letters`, hand every part of every answer to the `take` of its verb, and wait until all nodes answered
        or `wait_s` is over.

        Args:
            beside: letters of another kind whose answers are taken when they come but never waited for.
        Returns:
            The nodes that answered.
        """
        self._count += 1
        tag, end = f"{kind} {self._count}", self.monotonic_s() + wait_s
        tags = {tag}
        self.courier.send(kind, tag, letters, expire_s=wait_s)
        if beside is not None and beside[1]:
            tags.add(f"{beside[0]} {self._count} beside")
            self.courier.send(beside[0], f"{beside[0]} {self._count} beside", beside[1], expire_s=wait_s)
        waiting = set(letters)
        while waiting and (left := end - self.monotonic_s()) > 0:
            for node, came, letter in self.courier.receive(wait_s=min(left, 1.0)):
                if came in tags:
                    self._take(node, letter, take)
                if came == tag:
                    waiting.discard(node)
        return frozenset(letters) - waiting

    def _take(self, node: int, letter: Letter, take: Mapping[str, Take]) -> None:
        for part in letter.parts:
            if "error" in part:
                self.say({"event": "refused", "node": str(node), "error": part["error"], "message": part["message"]})
                continue
            verb = next(iter(part), "")
            if verb not in take:
                continue
            try:
                take[verb](node, part, letter.blob)
            except CredenceError as error:
                # One party's bad answer costs that party the round, not the round.
                self.say({"event": "bad-answer", "node": str(node), "error": error.name, "message": error.message})
