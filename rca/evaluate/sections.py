"""From results to sections of the page."""

from __future__ import annotations

from collections.abc import Mapping

from rca.evaluate.petshop_run import BEFORE, CHOICES, PetShopResult
from rca.evaluate.report import Line, Section, table
from rca.evaluate.scores import Ranks, Stated
from rca.evaluate.twin_faults import LESSONS, OURS, SHORT, SURE, TESTED, TUNED, TwinResult


def ranks_table(ranks: Mapping[str, Ranks]) -> str:
    """Top-1 and top-3 by method."""
    rows = [[name, one.top(1).text(), one.top(3).text()] for name, one in ranks.items()]
    return table(("method", "top-1", "top-3"), rows)


def petshop_section(found: PetShopResult) -> Section:
    """PetShop, low traffic."""
    fair, frozen = found.left_out, found.ranks[OURS]
    one, three = fair.top(1), fair.top(3)
    data = "PetShop low traffic, 26 issues, constants chosen on other causes"
    lines = (
        Line(data, "top-1", ".65", ">= .75", one.text(), one.value >= 0.75, True),
        Line(data, "top-3", ".87", ">= .92", three.text(), three.value >= 0.92, True),
        Line("the same, constants as they ship", "top-1", "", "", frozen.top(1).text(), None),
        Line("the same, constants as they ship", "top-3", "", "", frozen.top(3).text(), None),
        Line(
            data,
            "CPU seconds a case, quiet windows included",
            "28 (DoWhy)",
            "<= 1",
            f"{found.seconds:.2f}",
            found.seconds <= 1,
            True,
        ),
        Line(
            "PetShop quiet windows",
            "specificity",
            "-",
            ">= .9",
            found.specificity.text(),
            found.specificity.value >= 0.9,
            True,
        ),
    )
    low, middle, high = found.spread
    roots = table(
        ("true cause", "issues", "top-1", "top-3"),
        [[root, str(len(r.ranks)), r.top(1).text(), r.top(3).text()] for root, r in found.by_root.items()],
    )
    body = f"""
Reference: the two quiet days ({BEFORE + 239} rows of 5 minutes). Window: the five rows of each issue. Graph: the call
graph turned around, each edge taken as it is. Judged are all services that the metric of the alarm knows, in our
ranking with the target among them.

What was chosen on what: the issues had been looked at when the engine was designed, and one constant (how far effects
may bend beyond support) was set after its first runs on all 26. So the constants that ship cannot be judged on them.
Judged instead: for each true cause the constants are chosen anew, out of {len(CHOICES)} settings of a fixed grid, on
the issues of the other four causes alone. That says what choosing adds; it cannot undo that the form of the method was
found with these issues in sight. Over the whole grid top-1 runs from {low[0]:.2f} to {high[0]:.2f} (middle
{middle[0]:.2f}) and top-3 from {low[1]:.2f} to {high[1]:.2f} (middle {middle[1]:.2f}).

Constants chosen on other causes: top-1 {one.text()}, top-3 {three.text()}.

All 26 issues:

{ranks_table(found.ranks)}
The 18 issues of the folder `test`:

{ranks_table(found.tested)}
Ours by true cause:

{roots}
Specificity: the engine is given rows 1 to {BEFORE} of the quiet days as reference and windows of five rows from
the rest as alarms; it is right when it names no cause, because quiet windows of the reference are as loud
(p > .05). The same rule names a cause in {found.sensitivity.hits} of {found.sensitivity.of} issues.
"""
    return Section("PetShop", lines, body)


def twins_section(found: TwinResult) -> Section:
    """Faults in twin lines."""
    ours = found.ranks[OURS]
    one, three, sure = ours.top(1), ours.top(3), found.explains.at_least(SURE)
    data = f"faults in {len(ours.ranks)} twin lines, unrelated shift, 25 % of edges wrong"
    lines = (
        Line(data, "top-1", ".64", ">= .72", one.text(), one.value >= 0.72, True),
        Line(data, "top-3", ".82", ">= .87", three.text(), three.value >= 0.87, True),
        Line(
            "root cause stated >= .92 under a distractor",
            f"share true, of {sure.of} statements",
            ".60",
            ">= .90",
            sure.text(),
            sure.value >= 0.90,
        ),
    )
    body = f"""
Each line has 30 visible columns on five tiers, hidden common causes, bent and uneven mechanisms and noise that is
mostly not normal; 500 rows before, 60 rows of the fault. One ancestor of the target is shifted by 1.5 to 4 of its
standard deviations or made 2.5 to 4 times as variable, and one column that does not reach the target is shifted by 2 to
5. Only faults that the target notices (four standard errors) count: a chart would have raised no other alarm. The
expert's graph is the true one with a quarter of its edges turned, moved or replaced by false ones. Ours reads it as
log-odds (as sure as the expert is right), samples graphs from the reference rows and averages over 60 of them; peers
take it as it is.

Seeds: figures learned on {LESSONS.start}..{LESSONS.stop - 1}, constants of the ranking chosen on
{TUNED.start}..{TUNED.stop - 1}, judged on {TESTED.start}..{TESTED.stop - 1}, which nothing was chosen on. An earlier
run judged 50000..50249: top-1 .81, top-3 .96, and of 140 statements of .92 or more .89 true, with a regression of the
signs alone. Products of signs were then added on the strength of the lessons' held-out likelihood, and fresh lines
drawn for judging.

{ranks_table(found.ranks)}
CPU seconds a case, with sampling the graphs: {found.seconds:.2f}.

Two of the three figures, stated for every column of every judged line (the third, the path, is judged below):

**The root explains this alarm.** {_stated(found.explains)}

**The same on lines with windows of 4 to 120 rows** (seeds {SHORT.start}..{SHORT.stop - 1}).
{_stated(found.explains_any)}

**The root changed.** {_stated(found.changed)}

Nothing could be said about {found.silent:.1%} of the columns.
"""
    return Section("Faults in twin lines", lines, body)


def _stated(stated: Stated) -> str:
    sure = stated.at_least(SURE)
    true = sum(came for _, came in stated.pairs)
    rows = [
        [f"{low:g} to {high:g}", f"{mean:.3f}" if share.of else "-", share.text(), str(share.of)]
        for low, high, mean, share in stated.bins()
    ]
    return f"""Stated {SURE} or more: {sure.of} times, true {sure.text()}; {sure.hits} of {true} true ones
were stated so surely. Expected calibration error {stated.error:.3f}.

{table(("stated", "mean stated", "came true", "statements"), rows)}"""
