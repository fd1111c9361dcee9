"""From time series and logs to columns: what happened in a window before each part, lag by lag.

A window ends `lag` seconds before the part's own time, so that nothing from after the part was made leaks into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from evidence.errors import LimitError, SchemaError
from rca.table import Array

MAX_SAMPLES: Final = 50_000_000
"""Longest series, samples."""


class Feature(StrEnum):
    """What is taken from a window."""

    MEAN = "mean"
    DEVIATION = "deviation"
    SLOPE = "slope"
    LOWEST = "lowest"
    HIGHEST = "highest"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time before a part.

    Attributes:
        width: length, seconds.
        lag: from the end of the stretch to the part's time, seconds.
    """

    width: float
    lag: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.width < float("inf") or not 0 <= self.lag < float("inf"):
            raise SchemaError(f"a window of {self.width} s, {self.lag} s ago; width above 0, lag at least 0")

    def places(self, times: Array, parts: Array) -> tuple[np.ndarray, np.ndarray]:
        """First place and place after the last of the samples in [t - lag - width, t - lag), shape (parts,) each."""
        end = parts - self.lag
        return np.searchsorted(times, end - self.width, "left"), np.searchsorted(times, end, "left")


def windowed(times: Array, values: Array, parts: Array, window: Window, features: Sequence[Feature]) -> list[Array]:
    """Features of a numeric series before each part; NaN where the window holds no sample (slope: fewer than three).

    Args:
        times: of the samples, seconds, ascending, shape (samples,).
        values: of the samples, NaN where missing, shape (samples,).
        parts: time of each part on the same clock (`rca.align` sets clocks), seconds, shape (parts,).

    Raises:
        SchemaError: lengths differ or times do not ascend.
        LimitError: more than MAX_SAMPLES.
    """
    times, values = _series(times, values)
    known = ~np.isnan(values)
    times, values = times[known], values[known]
    first, after = window.places(times, parts)
    count = (after - first).astype(float)
    safe = np.where(count > 0, count, np.nan)
    # Sums from the series' own middle: running sums of raw squares would lose the digits.
    middle = float(values.mean()) if values.size else 0.0
    origin = float(times.mean()) if times.size else 0.0
    level, clock = values - middle, times - origin

    def sums(one: Array) -> Array:
        running = np.concatenate([[0.0], np.cumsum(one)])
        return np.asarray(running[after] - running[first])

    mean = sums(level) / safe
    found = []
    for feature in features:
        if feature is Feature.MEAN:
            found.append(mean + middle)
        elif feature is Feature.DEVIATION:
            found.append(np.sqrt(np.maximum(sums(level**2) / safe - mean**2, 0.0)))
        elif feature is Feature.SLOPE:
            centre = sums(clock) / safe
            spread = sums(clock**2) / safe - centre**2
            slope = (sums(clock * level) / safe - centre * mean) / np.where(spread > 0, spread, np.nan)
            found.append(np.where(count >= 3, slope, np.nan))
        elif feature is Feature.LAST:
            found.append(np.where(count > 0, values[np.maximum(after - 1, 0)] if values.size else np.nan, np.nan))
        else:
            best = np.min if feature is Feature.LOWEST else np.max
            pairs = zip(first, after, strict=True)
            found.append(np.array([best(values[a:b]) if b > a else np.nan for a, b in pairs]))
    return found


def band_power(
    times: Array, values: Array, parts: Array, window: Window, bands: Sequence[tuple[float, float]]
) -> Array:
    """Mean power of a vibration signal in frequency bands before each part, shape (parts, bands), squared units.

    The samples of a window are taken as evenly spaced (their median spacing); Hann window, one periodogram a part.
    NaN where a window holds fewer than 16 samples or the band lies above half the sampling rate.

    Args:
        bands: (low, high) in Hz, low < high.

    Raises:
        SchemaError, LimitError: as `windowed`; also a band that is none.
    """
    times, values = _series(times, values)
    if any(not 0 <= low < high for low, high in bands):
        raise SchemaError("a band runs from a lower to a higher frequency, Hz")
    first, after = window.places(times, parts)
    power = np.full((len(parts), len(bands)), np.nan)
    for part, (start, stop) in enumerate(zip(first, after, strict=True)):
        piece = values[start:stop]
        piece = piece[~np.isnan(piece)]
        if piece.size < 16:
            continue
        step = float(np.median(np.diff(times[start:stop])))
        taper = np.hanning(piece.size)
        spectrum = np.abs(np.fft.rfft((piece - piece.mean()) * taper)) ** 2 * 2.0 / (taper @ taper) / piece.size
        frequency = np.fft.rfftfreq(piece.size, step)
        for number, (low, high) in enumerate(bands):
            inside = (frequency >= low) & (frequency < high)
            if high <= frequency[-1] * (1 + 1e-9) and inside.any():
                power[part, number] = spectrum[inside].sum()
    return power


def events(times: Array, labels: Sequence[str], parts: Array, window: Window, wanted: Sequence[str]) -> Array:
    """How often each label was logged in the window before each part, shape (parts, wanted); a count column each.

    Raises:
        SchemaError, LimitError: as `windowed`.
    """
    times, _ = _series(times, np.zeros(len(labels)))
    names = np.asarray(labels, dtype=object)
    columns = []
    for label in wanted:
        own = times[names == label]
        first, after = window.places(own, parts)
        columns.append((after - first).astype(float))
    return np.column_stack(columns) if columns else np.empty((len(parts), 0))


def _series(times: Array, values: Array) -> tuple[Array, Array]:
    if times.ndim != 1 or times.shape != values.shape:
        raise SchemaError(f"{times.size} times for {values.size} values")
    if times.size > MAX_SAMPLES:
        raise LimitError(f"{times.size} samples; at most {MAX_SAMPLES}")
    if np.isnan(times).any() or (np.diff(times) < 0).any():
        raise SchemaError("times must ascend and none may be missing", advice="Sort the series by time first.")
    return np.asarray(times, dtype=np.float64), np.asarray(values, dtype=np.float64)
