"""Sections of the page about graphs: stated paths, and do()."""

from __future__ import annotations

from rca.calibration.reliability import Reliability
from rca.evaluate.effects import LEAST, LINES, EffectResult
from rca.evaluate.effects import ROWS as EFFECT_ROWS
from rca.evaluate.paths import PLANTS, RAW, ROWS, SURE, PathResult
from rca.evaluate.report import Line, Section, table


def paths_section(found: PathResult) -> Section:
    """Stated edges, reaches and paths."""
    both = found.edges_and_paths
    data = f"causalAssembly stations 1-4 + {len(PLANTS)} own 98-column lines: stated >= {SURE}"
    lines = (
        Line(
            data,
            f"share true, of {both.sure} statements (>= 100)",
            ".71-.85 (order-MCMC), .55 (bootstrap)",
            ".90-.94",
            f"{both.observed:.3f}",
            0.90 <= both.observed <= 0.94 and both.sure >= 100,
            True,
        ),
        Line(data, "expected calibration error", "-", "<= .03", f"{both.ece:.3f}", both.ece <= 0.03, True),
        Line(
            data,
            "share of the true ones that are stated",
            "-",
            ">= .05",
            f"{both.recall:.3f}",
            both.recall >= 0.05,
            True,
        ),
        Line(
            "98 columns, 500 rows: sampling graphs",
            "CPU seconds",
            "10",
            "<= 30",
            f"{found.seconds:.1f}",
            found.seconds <= 30,
        ),
    )
    raw_sure, raw_true = found.raw
    body = f"""
Every plant is drawn by a recipe from the widest range that lines are known to have (seeds
{PLANTS.start}..{PLANTS.stop - 1}, {ROWS} rows, hidden common causes among 98 visible columns) and treated like a
customer's table: graphs are sampled from it, twins are simulated that match its tiers, kinds, rows and correlations,
and the raw frequency of every edge, reach and path A -> B -> C is mapped to the rate at which such statements are true
on those twins. The plant's truth is used for judging alone. causalAssembly comes without tiers; its columns are read in
the shuffled order of its files. {found.twins} twins were simulated in all. Without calibration, {raw_sure} statements
had a raw frequency of {RAW} or more, of which {raw_true / max(raw_sure, 1):.3f} were true.

Together:

{_reliability(both)}
Own lines of 98 columns:

{_reliability(found.plants)}
causalAssembly:

{_reliability(found.stations)}
On causalAssembly alone nothing is stated at .92. Its stations come without a route, so every direction has to come
from the data. Three forms were tried: (1) raw frequencies of order-MCMC as they are, .98 stated and .71 to .85 true:
the score has no directions of its own, and hidden causes draw edges; (2) the shape of residuals added to the score
with weights .3 and 1: on station 3 all seven edges that were sure with it were wrong (two of four without it),
because sensors bend readings and shape then speaks of the sensor; (3) what ships, matched twins: on twins without a
route no raw frequency is true in .92 of cases, so nothing of the kind is said. Engineers who say where columns stand
on the route get what the 98-column lines get.
"""
    return Section("Stated paths", lines, body)


def effects_section(found: EffectResult) -> Section:
    """do() on twin lines."""
    data = f"do() on {len(LINES)} twin lines with hidden causes"
    lines = (
        Line(data, "median error", ".57 (linear)", "<= .25", f"{found.error:.2f}", found.error <= 0.25),
        Line(data, "stated signs right", "half", "all", found.sign.text(), found.sign.hits == found.sign.of),
        Line(
            data,
            "questions outside of support refused",
            "-",
            "all",
            found.outside.text(),
            found.outside.hits == found.outside.of,
        ),
    )
    rows = [
        ["credence", f"{found.error:.2f}", found.sign.text(), found.covered.text()],
        ["regression on the cause alone", f"{found.linear:.2f}", found.linear_sign.text(), "-"],
    ]
    body = f"""
Seeds {LINES.start}..{LINES.stop - 1}, 30 visible columns, {EFFECT_ROWS} rows, hidden common causes for 15 of 100
columns. Asked is what moving a cause from its 20 % to its 80 % quantile does to a column that it reaches, where the
true effect is at least {LEAST} standard deviations. {found.stated.text()} of the questions were answered; both methods
are judged on those.

{table(("method", "median error", "signs right", "90 % intervals that hold the truth"), rows)}
Each question was also asked with an upper level two standard deviations beyond all that was seen.

What was chosen on what: how much an interval doubts what no graph shows was chosen on lines 84000..84059. Before, .84
of the intervals of these questions held the truth.
"""
    return Section("do()", lines, body)


def _reliability(found: Reliability) -> str:
    rows = [[f"{one.stated:.3f}", f"{one.observed:.3f}", str(one.statements)] for one in found.points]
    sure = f"{found.observed:.3f}" if found.sure else "-"
    return f"""Stated {found.threshold} or more: {found.sure} times, true {sure}; that is {found.recall:.3f} of all
true ones. Expected calibration error {found.ece:.4f}; nothing could be said about {found.silent:.3f} of the statements.

{table(("mean stated", "came true", "statements"), rows)}"""
