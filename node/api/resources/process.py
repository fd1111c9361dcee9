"""`/v1/process`: the node's own process table, which risk models assess and a plant learns from; it never leaves."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import File, Form, Request, UploadFile
from pydantic import BaseModel, Field

from node.api.acts import written
from node.api.desk import Caller, Desk
from node.api.import_desk import clean_name
from node.api.routing import GuardedRoute, Table
from node.auth.model import TrailAction
from node.auth.permissions import Permission
from node.services.keep_process import Columns

_ENVELOPE_BYTES = 1024 * 1024
Heading = Annotated[str | None, Form(min_length=1, max_length=200)]


class ProcessName(BaseModel):
    """What the table holds under one name and unit."""

    name: str
    unit: str = Field(description="UCUM code.")
    values: int
    parts: int = Field(description="0 for a sensor.")
    first: str
    last: str


class ProcessNames(BaseModel):
    """Everything that the table holds; single values are shown to nobody here."""

    items: list[ProcessName]


class ProcessImported(BaseModel):
    """What came of an import."""

    values: int = Field(description="Values kept; 0 when the same file was imported in the same way before.")
    known: bool
    imports: int = Field(description="Imports that the table holds.")


@dataclass(frozen=True, slots=True)
class ProcessRoutes:
    """Process data are the engineers'."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        has, takes = "What the process table holds", "Import process data of our own plant"
        table.add("GET", "/v1/process", self.names, permission=Permission.CAUSES_READ, summary=has)
        table.add(
            "POST",
            "/v1/process/imports",
            self.take,
            permission=Permission.CAUSES_WRITE,
            summary=takes,
            status=201,
            body_bytes=self.desk.settings.upload_bytes + _ENVELOPE_BYTES,
        )
        return table.routes

    def names(self) -> ProcessNames:
        """By name and unit, with how many values and from when to when."""
        found = self.desk.node.training.process.names()
        return ProcessNames(items=[ProcessName.model_validate(one.to_json()) for one in found])

    def take(
        self,
        request: Request,
        caller: Caller,
        file: Annotated[UploadFile, File(description="CSV; each heading of a value says its unit: `torque [N.m]`.")],
        time: Annotated[str, Form(min_length=1, max_length=200, description="Heading of the column with times.")],
        part: Heading = None,
        lot: Heading = None,
        station: Annotated[str | None, Form(min_length=1, max_length=200, description="Station of all lines.")] = None,
        station_column: Heading = None,
        zone: Annotated[str, Form(max_length=60, description="Of times that name none; the node's own without.")] = "",
    ) -> ProcessImported:
        """Whole or not at all; the same file again changes nothing. `part` is the heading of serial numbers."""
        spool = self.desk.settings.spool
        spool.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=spool, prefix="process-") as folder, self.desk.turns.turn():
            # Whatever the caller calls it: a name from outside is never a path here.
            kept, called = Path(folder) / "upload.csv", clean_name(file.filename)
            with kept.open("wb") as target:
                shutil.copyfileobj(file.file, target)
            columns = Columns(time, part, lot, station, station_column, zone)
            made = self.desk.node.training.process(kept, columns, called=called, by=caller.name)
        written(self.desk, request, caller, TrailAction.PROCESS_IMPORTED, called, values=made.values)
        return ProcessImported(values=made.values, known=made.known, imports=made.imports)
