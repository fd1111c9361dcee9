"""`/v1/causes/tables` and `/v1/causes/watches`: lots of a line, and the charts that run over them by themselves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import File, Form, Path, Response, UploadFile

from evidence.errors import LimitError, SchemaError
from node.api.desk import Caller, Cursor, Desk, Limit
from node.api.import_desk import clean_name
from node.api.resources.cause_views import ImportedTable, TablePage, TableView, WatchForm, WatchList, WatchView, row_of
from node.api.routing import GuardedRoute, Table
from node.auth.permissions import Permission
from node.services.causes.tables import MAX_FILE_BYTES
from node.services.causes.watch import Watch
from spc.rules import RuleSet

WatchName = Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["ab" * 16])]
UPLOAD_BYTES = MAX_FILE_BYTES + 1024 * 1024


@dataclass(frozen=True, slots=True)
class CauseTableRoutes:
    """Process data: own people only; nothing of it is shared."""

    desk: Desk

    def routes(self, table: Table) -> list[GuardedRoute]:
        """The routes, one a line."""
        read, write = Permission.CAUSES_READ, Permission.CAUSES_WRITE
        table.add("GET", "/v1/causes/tables", self.tables, permission=read, summary="Tables of lots")
        table.add(
            "POST",
            "/v1/causes/tables",
            self.import_table,
            permission=write,
            summary="Import a table; watched characteristics open their cases",
            status=201,
            problems=(404,),
            body_bytes=UPLOAD_BYTES,
        )
        table.add("GET", "/v1/causes/watches", self.watches, permission=read, summary="What is watched")
        table.add("POST", "/v1/causes/watches", self.watch, permission=write, summary="Watch a characteristic")
        table.add(
            "DELETE",
            "/v1/causes/watches/{watch}",
            self.end_watch,
            permission=write,
            summary="Watch no longer",
            status=204,
            problems=(404,),
        )
        return table.routes

    def tables(self, limit: Limit = 100, cursor: Cursor = None) -> TablePage:
        """In the order in which they were imported."""
        after = self.desk.cursors.read_number(cursor, "causes.tables", {}, start=0)
        found = self.desk.node.causes.cases.tables(after=after, limit=limit + 1)
        more = self.desk.cursors.write("causes.tables", {}, found[limit - 1][0]) if len(found) > limit else None
        return TablePage(items=[_table(name, said) for _, name, said in found[:limit]], next=more)

    def import_table(
        self,
        caller: Caller,
        file: Annotated[UploadFile, File(description="CSV: one line a lot, columns `time` and `lot` beside the data.")],
        line: Annotated[str, Form(min_length=1, max_length=200, description="The production line.")],
        columns: Annotated[UploadFile | None, File(description="`credence-rca-columns/1`: units and tiers.")] = None,
    ) -> ImportedTable:
        """Read whole, or refused whole with the place; the same file again changes nothing."""
        causes = self.desk.node.causes
        data, told = _bytes(file), None if columns is None else _bytes(columns)
        lots = causes.keep(clean_name(file.filename), data, told, by=caller.id)
        opened = causes.alarms(line, lots)
        causes.models.look(line, lots, by=caller.id)
        _, said = causes.desk.read("rca.table", lots.name)
        return ImportedTable(
            table=_table(lots.name, said), opened=[row_of(causes.cases.one(case.id)) for case in opened]
        )

    def watches(self) -> WatchList:
        """Those in force."""
        return WatchList(items=[_watch(one) for one in self.desk.node.causes.watches.active()])

    def watch(self, caller: Caller, form: WatchForm) -> WatchView:
        """From the next table on; an earlier watch of the same characteristic ends."""
        wanted = Watch(form.line, form.column, form.phase1, RuleSet(form.rules), form.lower, form.upper)
        return _watch(self.desk.node.causes.watches(wanted, by=caller.id))

    def end_watch(self, caller: Caller, watch: WatchName) -> Response:
        """Cases that it opened stay."""
        self.desk.node.causes.watches.end(watch, by=caller.id)
        return Response(status_code=204)


def _table(name: str, said: dict[str, Any]) -> TableView:
    known = {key: said[key] for key in ("file", "rows", "window", "first", "last", "columns")}
    return TableView(name=name, **known)


def _watch(watch: Watch) -> WatchView:
    told = {**asdict(watch), "rules": watch.rules.value}
    return WatchView(name=watch.name, **told)


def _bytes(file: UploadFile) -> bytes:
    data = file.file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise LimitError(f"{clean_name(file.filename)} is larger than {MAX_FILE_BYTES} bytes")
    if not data:
        raise SchemaError("the file is empty", place=clean_name(file.filename))
    return data
