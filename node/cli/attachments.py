"""`credence evidence attach` and `credence evidence attachment`: files beside statements."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evidence.errors import StorageError
from evidence.identity import Lei
from node.cli.output import DEFAULT_HOME, HomeOption, JsonOption, environ, show


def attach(
    file: Annotated[
        Path, typer.Argument(help="A photo, a report, any file of at most 64 MiB.", exists=True, dir_okay=False)
    ],
    reader: Annotated[
        list[str] | None, typer.Option(help="LEI of a member that may read it too; may be given several times.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Keep a file, encrypted to us and its readers, and print its CID for the field `attachments` of a statement."""
    from node.bootstrap import open_node

    readers = [Lei(lei) for lei in reader or []]
    with open_node(home, environ()) as node, file.open("rb") as content:
        kept = node.attach(content, readers=readers)
    data = {"cid": kept.cid, "bytes": kept.size, "readers": [str(lei) for lei in kept.readers]}
    show(data, as_json=json_, human=lambda console: console.print(kept.cid))


def attachment(
    cid: Annotated[str, typer.Argument(metavar="CID", help="The attachment's CID, as a statement names it.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where to write the file.")],
    home: HomeOption = DEFAULT_HOME,
    json_: JsonOption = False,
) -> None:
    """Fetch an attachment that we may read, check that it is what the CID names, decrypt it, and write it."""
    from node.bootstrap import open_node

    with open_node(home, environ()) as node:
        data = node.read_attachment(cid)
    try:
        output.write_bytes(data)
    except OSError as error:
        raise StorageError(f"{output} cannot be written: {error.strerror}", advice="Choose another place.") from error
    document = {"cid": cid, "file": str(output), "bytes": len(data)}
    show(document, as_json=json_, human=lambda console: console.print(f"Written to {output} ({len(data)} bytes)."))
