"""The evidence of one indicator by month, aged: good by the calendar, bad only by the good that followed it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from scoring.beta import bounds
from scoring.decay import DecayTable
from scoring.evidence_tuples import EvidenceTuple
from scoring.indicators import IndicatorId
from scoring.policy import PolicyIndicator, Prior
from scoring.scale import AGE_ONE, MICRO, PPB, Z_MICRO, ceil_div

_MILLI = 1000


@dataclass(slots=True)
class Month:
    """The sums of one indicator and month: good, bad that fades by exposure, bad that is mended, and of its bounds.

    `best_squares` and `worst_squares` sum the squared distances from bad to its bounds; `lean`, how much farther the
    worst bound lies than the best one; `hopeless`, the exposure of observations that went wholly wrong.
    """

    good: int = 0
    fading: int = 0
    mended: int = 0
    best_squares: int = 0
    worst_squares: int = 0
    lean: int = 0
    hopeless: int = 0

    def sound(self, *, measured: bool) -> int:
        """What counts towards a policy's minimum evidence: whole good units; where an observation can go partly wrong,
        all observations that did not go wholly wrong.

        Were bad evidence counted, one more bad lot could give an indicator its minimum, and so points.
        """
        return self.good + self.fading + self.mended - self.hopeless if measured else self.good


Months = dict[int, Month]
"""Sums by month."""


def by_month(tuples: Iterable[EvidenceTuple]) -> dict[IndicatorId, Months]:
    """Sum up tuples by indicator and month; as integers are summed, their order changes nothing."""
    indicators: defaultdict[IndicatorId, defaultdict[int, Month]] = defaultdict(lambda: defaultdict(Month))
    for item in tuples:
        entry = indicators[item.indicator][item.month]
        entry.good += item.exposure
        worst = item.worst
        if worst:  # nothing went wrong, nor may have, in most observations of most suppliers
            bad = item.bad
            entry.good -= bad
            if bad == item.exposure:
                entry.hopeless += bad
            if item.mended:
                entry.mended += bad
            else:
                entry.fading += bad
            entry.best_squares += (bad - item.best) ** 2
            entry.worst_squares += (worst - bad) ** 2
            entry.lean += item.best + worst - 2 * bad
    return {indicator: dict(months) for indicator, months in indicators.items()}


@dataclass(frozen=True, slots=True)
class Tally:
    """What the evidence of an indicator says.

    Attributes:
        exposure, bad: observed within the window, in units of the indicator, before ageing.
        lingering: bad units from before the window that too little good evidence followed to fade.
        months: months of the window with any observation.
        sound, sound_months: what of them counts towards the policy's minimum, see `Month.sound`.
        theta: exact aged share that went wrong, prior included; 1 when there is neither evidence nor prior.
        theta_low, theta_high: its bounds, parts per billion, rounded outward.
    """

    exposure: int
    bad: int
    lingering: int
    months: int
    sound: int
    sound_months: int
    theta: Fraction
    theta_low: int
    theta_high: int


def tally(
    months: Mapping[int, Month],
    indicator: PolicyIndicator,
    prior: Prior,
    decay: DecayTable,
    current: int,
    confidence: int,
) -> Tally:
    """Age and weigh the months of one indicator; months after the current one count nothing.

    Bad evidence of a month grows older only with each later month that brings at least `ageing_exposure` good
    observations: who stops delivering stops forgetting, beyond the window too. Mended bad evidence ages by calendar.

    Monotone by construction: more bad never lowers theta, more good never raises it.
    """
    months = {month: entry for month, entry in months.items() if month <= current}
    first = current - decay.window + 1
    need = indicator.ageing_exposure * indicator.kind.unit
    good = bad = good_squares = bad_squares = best = worst = lean = passed = lingering = 0
    for month in sorted(months, reverse=True):
        entry = months[month]
        by_calendar, by_exposure = decay.weight(current - month), decay.weight(passed)
        good += by_calendar * entry.good
        bad += by_exposure * entry.fading + by_calendar * entry.mended
        good_squares += by_calendar**2 * (entry.good + entry.mended)
        bad_squares += by_exposure**2 * entry.fading
        best += by_exposure**2 * entry.best_squares
        worst += by_exposure**2 * entry.worst_squares
        lean += by_exposure * entry.lean
        lingering += entry.fading if month < first and by_exposure else 0
        passed += entry.good >= need
    unit = indicator.kind.unit
    prior_bad, prior_good = prior.bad * unit * AGE_ONE, prior.good * unit * AGE_ONE
    total = prior_bad + prior_good + _MILLI * (bad + good)
    theta = Fraction(prior_bad + _MILLI * bad, total) if total else Fraction(1)
    if not total:
        low, high = 0, PPB
    elif indicator.kind.measured:
        low = (theta.numerator * PPB) // theta.denominator - _reach(best, total) - _bend(lean, total, confidence)
        high = -(-theta.numerator * PPB // theta.denominator) + _reach(worst, total)
    else:
        low, high = _posterior(prior, unit, bad, good, bad_squares + good_squares, confidence)
    recent = [entry for month, entry in months.items() if month >= first]
    sound = [entry.sound(measured=indicator.kind.measured) for entry in recent]
    return Tally(
        exposure=sum(entry.good + entry.fading + entry.mended for entry in recent),
        bad=sum(entry.fading + entry.mended for entry in recent),
        lingering=lingering,
        months=len(recent),
        sound=sum(sound),
        sound_months=sum(count > 0 for count in sound),
        theta=theta,
        theta_low=max(low, 0),
        theta_high=min(high, PPB),
    )


def _reach(squares: int, total: int) -> int:
    """Root of the summed squares as a share of the total, parts per billion, rounded up.

    Source:
        Zou and Donner, "Construction of confidence limits about effect measures", Stat. Med. 27 (2008) 1693-1702.
    """
    return (isqrt(squares) + 1) * _MILLI * PPB // total + 1 if squares else 0


def _bend(lean: int, total: int, confidence: int) -> int:
    """How far a falling curve that bends, as at its cap, lets the mean of uncertain shortfalls lie above the true one.

    The second-order term of the mean of a function of an estimate; the bounds at z standard errors show the bend:
    bias = (best + worst - 2 bad) / (2 z^2), summed over observations. Only the better bound is moved, outward.
    """
    z_squared = Z_MICRO[confidence] ** 2
    return max(0, ceil_div(lean * _MILLI * PPB * MICRO**2, 2 * z_squared * total))


def _posterior(prior: Prior, unit: int, bad: int, good: int, squares: int, confidence: int) -> tuple[int, int]:
    """Bounds of the rate: a Beta posterior over the prior and the effective number of observations.

    Ageing makes the sums smaller than the information that they carry; (sum of weights)^2 / sum of squared weights
    restores it (Kish, Survey Sampling, 1965, section 11.7).
    """
    weights = bad + good
    a = prior.bad * MICRO // _MILLI + (bad * weights * MICRO // (squares * unit) if squares else 0)
    b = prior.good * MICRO // _MILLI + (good * weights * MICRO // (squares * unit) if squares else 0)
    return bounds(max(a, 1), max(b, 1), confidence)
