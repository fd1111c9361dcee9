"""`credence init`: a new node's folder, keys and settings."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from evidence.encoding import b64url_encode
from evidence.errors import ConflictError
from evidence.identity import Lei
from node import settings as node_settings
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, show


def init(
    lei: Annotated[str, typer.Option(help="The organisation's LEI (ISO 17442), 20 characters.")],
    name: Annotated[str, typer.Option(help="The organisation's name, as people know it.")],
    home: HomeOption = DEFAULT_HOME,
    rpc_url: Annotated[str, typer.Option(help="JSON-RPC address of the chain.")] = "http://127.0.0.1:8545",
    network: Annotated[Path, typer.Option(help="File with the network's contract addresses.")] = Path("network.json"),
    port: Annotated[int, typer.Option(help="Port that the node listens on.")] = 8420,
    json_: JsonOption = False,
) -> None:
    """Create a node: its folder, its keys and its settings. Running it again changes nothing that is there."""
    from node import keyring
    from node.bootstrap import first_admin
    from node.enrolment import card_of, write_card

    wanted = node_settings.Settings(home=home, lei=Lei(lei), name=name, rpc_url=rpc_url, network=network, port=port)
    created = not (home / "node.json").exists()
    if created:
        home.mkdir(parents=True, exist_ok=True)
        node_settings.save(wanted)
    else:
        there = node_settings.load(home, {})
        if there.lei != wanted.lei:
            raise ConflictError(
                f"{home} already holds the node of {there.name} ({there.lei})",
                advice="Choose another folder with --home: one folder, one organisation.",
            )
        wanted = replace(there, home=home)
    keys = keyring.create(wanted.keys, os.urandom)
    write_card(home / "member.json", card_of(wanted, keys))
    password_file = first_admin(wanted)
    data: dict[str, Any] = {
        "home": str(home),
        "created": created,
        "lei": str(wanted.lei),
        "name": wanted.name,
        "statement_key": b64url_encode(keys.statement.public.key_id),
        "log_key": b64url_encode(keys.log.public.key_id),
        "member_card": str(home / "member.json"),
        "first_admin_secret": str(password_file) if password_file else None,
    }

    def human(console: Console) -> None:
        console.print(f"[bold]{wanted.name}[/] ({wanted.lei}) {'created' if created else 'is already here'}: {home}")
        console.print(f"Keys are in {wanted.keys}; keep a copy somewhere safe.")
        if password_file:
            console.print(f"First sign-in: user [bold]admin[/], one-time password in {password_file}")
        console.print(f"Your member card, for whoever enrols members: {home / 'member.json'}")
        console.print(f"Next: credence node run --home {home}")

    show(data, as_json=json_, human=human)
