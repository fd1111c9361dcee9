"""Questions to the process table: parts with their values side by side, and sensors in the time before each part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from evidence.errors import LimitError, SchemaError
from lake.process_table import ProcessTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STATISTICS: Final = {
    "mean": "avg(s.value)",
    "least": "min(s.value)",
    "most": "max(s.value)",
    "last": "arg_max(s.value, s.time)",
    "spread": "coalesce(stddev_samp(s.value), 0)",
    "slope": "coalesce(regr_slope(s.value, epoch(s.time)), 0)",
}
"""What may be asked of a sensor in a window; `slope` is per second, `spread` the standard deviation."""
MAX_NAMES: Final = 500
MAX_WINDOW_S: Final = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Sensor:
    """A sensor's readings at the part's station in the time before the part was made.

    Attributes:
        name: the sensor's name in the table.
        statistic: one of `STATISTICS`.
        seconds: length of the window, which ends at the part's last value.
    """

    name: str
    statistic: str
    seconds: int

    def __post_init__(self) -> None:
        if self.statistic not in STATISTICS:
            raise SchemaError(f"the statistic is one of {', '.join(STATISTICS)}", place="statistic")
        if not 1 <= self.seconds <= MAX_WINDOW_S:
            raise SchemaError(f"a window has 1 to {MAX_WINDOW_S} seconds", place="seconds")

    @property
    def column(self) -> str:
        """Its name among the columns of `parts`: `<name>:<statistic>:<seconds>s`."""
        return f"{self.name}:{self.statistic}:{self.seconds}s"

    @classmethod
    def of_column(cls, column: str) -> Sensor | None:
        """The sensor that a column of `parts` names; None for the plain name of a measurement.

        Raises:
            SchemaError: it looks like a sensor's column and is none.
        """
        if ":" not in column:
            return None
        name, _, seconds = column.rpartition(":")
        name, _, statistic = name.rpartition(":")
        if not name or not seconds.endswith("s") or not seconds[:-1].isascii() or not seconds[:-1].isdigit():
            raise SchemaError(f"{column[:80]!r} is no sensor's column: <sensor>:<statistic>:<seconds>s", place="names")
        return cls(name, statistic, int(seconds[:-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Parts with their values side by side, ordered by time, then part.

    Attributes:
        part: serial numbers, shape (n,).
        values: for each column its values, shape (n,); NaN where a part has none.
        units: for each column its UCUM code; a sensor's slope is per second.
    """

    part: tuple[str, ...]
    values: Mapping[str, NDArray[np.float64]]
    units: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """What the table holds under one name and unit; `parts` is 0 for a sensor."""

    name: str
    unit: str
    values: int
    parts: int
    first: datetime
    last: datetime

    def to_json(self) -> dict[str, str | int]:
        """For people and programs; times RFC 3339 UTC."""
        times = {key: getattr(self, key).isoformat().replace("+00:00", "Z") for key in ("first", "last")}
        return {"name": self.name, "unit": self.unit, "values": self.values, "parts": self.parts, **times}


def names(table: ProcessTable) -> list[Named]:
    """Everything that the table holds, by name and unit; StorageError when it cannot be read."""
    with table.connect() as database:
        rows = database.execute(
            "SELECT name, unit, count(*), count(DISTINCT part), epoch_us(min(time)), epoch_us(max(time)) "
            "FROM process GROUP BY name, unit ORDER BY name, unit"
        ).fetchall()
    return [
        Named(name, unit, values, parts, _moment(first), _moment(last))
        for name, unit, values, parts, first, last in rows
    ]


def parts(
    table: ProcessTable,
    names: Sequence[str],
    sensors: Sequence[Sensor] = (),
    *,
    made: tuple[datetime, datetime] | None = None,
    most: int | None = None,
) -> Parts:
    """The values of every part that has any of `names`; of two values of one name the later counts.

    Args:
        made: only parts whose last value lies from the first moment on and before the second; None is all.
        most: more parts than this are refused; None is no bound.
    Raises:
        LimitError: too many names or parts.
        SchemaError: a name stands in the table with two units: one of them is wrong.
    """
    if not names or len(names) + len(sensors) > MAX_NAMES:
        raise LimitError(f"1 to {MAX_NAMES} names may be asked for")
    with table.connect() as database:
        wanted = [*names, *(sensor.name for sensor in sensors)]
        units = dict[str, str]()
        found = database.execute(
            "SELECT DISTINCT name, unit FROM process WHERE list_contains($names, name) ORDER BY name, unit",
            {"names": wanted},
        ).fetchall()
        for name, unit in found:
            if units.setdefault(name, unit) != unit:
                raise SchemaError(f"{name} is stated in {units[name]} and in {unit}", place=f"names/{name}")
        picked = ", ".join(f"arg_max(value, time) FILTER (name = $n{i}) AS c{i}" for i in range(len(names)))
        windows = "".join(f", w{i} AS ({_window(i, sensor)})" for i, sensor in enumerate(sensors))
        joined = "".join(f" LEFT JOIN w{i} USING (part)" for i in range(len(sensors)))
        summed = "".join(f", w{i}.s{i}" for i in range(len(sensors)))
        chosen = "" if made is None else "HAVING max(time) >= $since AND max(time) < $until"
        bound = "" if most is None else f"LIMIT {int(most) + 1}"
        query = f"""
            WITH made AS (
                SELECT part, arg_max(station, time) AS station, max(time) AS time, {picked}
                FROM process WHERE part IS NOT NULL AND list_contains($names, name) GROUP BY part {chosen}
            ){windows}
            SELECT made.*{summed} FROM made{joined} ORDER BY made.time, made.part {bound}
        """  # noqa: S608
        arguments: dict[str, object] = {"names": list(names)}
        arguments |= {f"n{i}": name for i, name in enumerate(names)}
        arguments |= {f"s{i}": sensor.name for i, sensor in enumerate(sensors)}
        if made is not None:
            arguments |= {"since": made[0], "until": made[1]}
        columns = database.execute(query, arguments).fetchnumpy()
    if most is not None and len(columns["part"]) > most:
        raise LimitError(f"more than {most} parts", advice="Ask for a shorter time.")
    keys = [(name, f"c{i}") for i, name in enumerate(names)]
    keys += [(sensor.column, f"s{i}") for i, sensor in enumerate(sensors)]
    unit_of = {name: units.get(name, "1") for name in names}
    unit_of |= {sensor.column: _unit(units.get(sensor.name, "1"), sensor.statistic) for sensor in sensors}
    values = {name: _filled(columns[key]) for name, key in keys}
    return Parts(tuple(str(one) for one in columns["part"]), values, unit_of)


def _window(index: int, sensor: Sensor) -> str:
    """A sensor's statistic for each part.

    Time is cut into slots as long as the window: a part meets the readings of two slots by equality, not all of them.
    """
    slot = f"floor(epoch(time) / {sensor.seconds})"
    return f"""
        SELECT m.part, {STATISTICS[sensor.statistic]} AS s{index}
        FROM (SELECT part, station, time, unnest([{slot}, {slot} - 1]) AS slot FROM made) AS m
        JOIN (
            SELECT station, value, time, {slot} AS slot FROM process WHERE part IS NULL AND name = $s{index}
        ) AS s ON s.station = m.station AND s.slot = m.slot
        WHERE s.time <= m.time AND s.time > m.time - INTERVAL {sensor.seconds} SECOND GROUP BY m.part
    """  # noqa: S608


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros)


def _unit(unit: str, statistic: str) -> str:
    return unit if statistic != "slope" else "s-1" if unit == "1" else f"{unit}.s-1"


def _filled(column: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    return np.ma.filled(np.ma.asarray(column, dtype=np.float64), np.nan)
