"""Flower's ClientApp: translates messages into letters for the party's desk, and nothing else."""

from __future__ import annotations

from flwr.app import Context, Message
from flwr.clientapp import ClientApp

from federated.courier import KINDS
from federated.desk import Desk
from federated.flower.letters import from_records, to_records


def make_app(desk: Desk) -> ClientApp:
    """The app of one party: advert, share and unmask are queries, masked is training."""
    app = ClientApp()

    def answer(message: Message, context: Context) -> Message:
        return Message(to_records(desk.answer(from_records(message.content))), reply_to=message)

    for kind in KINDS:
        category, action = kind.split(".")
        getattr(app, category)(action)(answer)
    return app
