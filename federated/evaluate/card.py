"""docs/model-card.md: what the federated models are for, how well they do, and where they may not be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from federated.evaluate import milling, personal, poison
from federated.evaluate.parties import CHECK, TEST
from federated.evaluate.results import SCENES, Job
from federated.evaluate.statistics import Spread, paired, spread

Results = Mapping[Job, Mapping[str, Any]]
BAR_CENTRAL: Final = 0.005
BAR_F1: Final = 0.60
BAR_POISON: Final = 0.015
ALONE: Final = "alone"
SITE: Final = "federated site model"


def figures(results: Results) -> dict[str, Any]:
    """Every figure of the card as numbers, and whether each bar of the project is met."""
    found: dict[str, Any] = {}
    one = _of(results, "milling")
    if len(one) > 1:
        auc = {name: [result["auc"][name] for result in one] for name in one[0]["auc"]}
        f1 = {name: [result["f1"][name] for result in one] for name in one[0]["f1"]}
        gap = paired(auc["FedAvg"], auc["central"])
        found["milling"] = {
            "auc": {name: spread(values) for name, values in auc.items()},
            "f1": {name: spread(values) for name, values in f1.items()},
            "loss": {name: spread([result["loss"][name] for result in one]) for name in one[0]["loss"]},
            "gap": gap,
            "met": gap.mean >= -BAR_CENTRAL and spread(f1["FedAvg"]).mean >= BAR_F1,
        }
    two = _of(results, "steel")
    if len(two) > 1:
        auc = {name: [result["auc"][name] for result in two] for name in two[0]["auc"]}
        gains = {name: paired(values, auc[ALONE]) for name, values in auc.items() if name != ALONE}
        control = next(name for name in auc if name.startswith("alone, mean of"))
        found["steel"] = {
            "auc": {name: spread(values) for name, values in auc.items()},
            "gains": gains,
            "over_control": paired(auc[SITE], auc[control]),
            "by_site": {
                site: paired([r["by_site"][SITE][site] for r in two], [r["by_site"][ALONE][site] for r in two])
                for site in two[0]["by_site"][SITE]
            },
            "calibration": {name: spread([r["calibration"][name] for r in two]) for name in two[0]["calibration"]},
            "met": gains[SITE].low > 0,
        }
    three = {name: [result["auc"] for result in _of(results, "poison", name)] for name in SCENES}
    if all(len(values) > 1 for values in three.values()):
        clean = three["nobody hostile, buckets and votes"]
        found["poison"] = {
            "auc": {name: spread(values) for name, values in three.items()},
            "loss": {name: paired(values, clean) for name, values in three.items() if name[0].isdigit()},
        }
        votes = [loss for name, loss in found["poison"]["loss"].items() if name.endswith("votes")]
        found["poison"]["met"] = all(loss.mean > -BAR_POISON for loss in votes)
    four = _of(results, "private")
    if len(four) > 1:
        found["private"] = {
            noise: {"auc": spread([r["auc"][noise] for r in four]), "epsilon": max(r["epsilon"][noise] for r in four)}
            for noise in four[0]["auc"]
        }
    return found


def plain(value: Any) -> Any:
    """Figures as a JSON document."""
    if isinstance(value, Spread):
        return {"mean": value.mean, "deviation": value.deviation, "low": value.low, "high": value.high}
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    return value


def card(
    results: Results,
    seeds: int,
    versions: Mapping[str, Sequence[str]],
    real: Mapping[str, Mapping[int, Mapping[str, Any]]] | None = None,
) -> str:
    """The document, in Markdown.

    Args:
        versions: of torch, by experiment.
        real: results of `over_flower` by where they were had and the number of hostile suppliers.
    """
    found = figures(results)
    parts = [_HEAD.format(seeds=seeds, test=round(100 * TEST), check=round(100 * CHECK))]
    if "milling" in found:
        parts.append(_milling(found["milling"], seeds))
    if "steel" in found:
        parts.append(_steel(found["steel"]))
    if "poison" in found:
        parts.append(_poison(found["poison"]))
    told_twice = {where: one for where, one in (real or {}).items() if 0 in one and len(one) > 1}
    if told_twice:
        parts.append(_real(told_twice))
    if "private" in found:
        parts.append(_private(found["private"]))
    parts.append(_TAIL)
    told = "; ".join(f"{name} with torch {', '.join(ones)}" for name, ones in versions.items())
    parts.append(f"Computed: {told}. Another version or processor changes the last digits.\n")
    return "\n".join(parts)


def _of(results: Results, experiment: str, scene: str = "") -> list[Mapping[str, Any]]:
    return [result for job, result in results.items() if job.experiment == experiment and job.scene == scene]


def _milling(found: Mapping[str, Any], seeds: int) -> str:
    rows = [(name, str(found["auc"][name]), str(found["f1"][name])) for name in found["auc"]]
    lines = [
        "## Milling: one model for three parties",
        "",
        f"Parties H, L and M of AI4I 2020, {milling.PLAN.rounds} rounds of {milling.PLAN.config.epochs} passes. AUC "
        "and F1 over the test rows of all parties together; the threshold of F1 is the best one on the check rows.",
        "",
        *_table(("method", "AUC", "F1"), rows),
        "",
        f"FedAvg minus central training, paired over {seeds} seeds: {found['gap'].interval}. Bar: not below "
        f"-{BAR_CENTRAL}, and F1 from {BAR_F1:.2f} on: **{_met(found['met'])}**.",
        "",
        "Bad outcomes are weighted up in training, so raw probabilities are too high; each site calibrates on its own "
        "check rows. Log loss on the test rows:",
        "",
        *_table(("probabilities of", "log loss"), [(name, str(one)) for name, one in found["loss"].items()]),
        "",
    ]
    return "\n".join(lines)


def _steel(found: Mapping[str, Any]) -> str:
    rows = [
        (name, str(one), found["gains"][name].interval if name in found["gains"] else "")
        for name, one in found["auc"].items()
    ]
    sites = [(site, one.interval) for site, one in found["by_site"].items()]
    lines = [
        "## Steel plates: four skewed mills",
        "",
        "Mean over the mills of the AUC on each mill's own test plates, for `Other_Faults`. One common model is much "
        "worse than training alone here: the mills differ in what a measurement means. The federated site model shares "
        "the first layer only (secure sums), keeps scales and upper layers at home, averages "
        f"{personal.MEMBERS} federations and counts half; the mill's own model is the other half.",
        "",
        *_table(("method", "mean own-site AUC", "gain over alone, paired 95 %"), rows),
        "",
        f"The gain is not that of averaging: against as many models trained alone it is "
        f"{found['over_control'].interval}. Bar: the interval of the gain lies above 0: **{_met(found['met'])}**.",
        "",
        *_table(("mill", "gain of the federated site model"), sites),
        "",
        f"Expected calibration error of the site model {found['calibration']['before']}, after calibration on about 40 "
        f"to 130 check plates a mill {found['calibration']['after']}: where that is not lower, keep the raw ones.",
        "",
    ]
    return "\n".join(lines)


def _poison(found: Mapping[str, Any]) -> str:
    rows = [
        (name, str(one), found["loss"][name].interval if name in found["loss"] else "")
        for name, one in found["auc"].items()
    ]
    lines = [
        "## Poisoned suppliers",
        "",
        f"AI4I dealt to {poison.SUPPLIERS} suppliers, the hostile ones run their own code and skip every check at the "
        "client. The two adaptive attackers know the defence: one keeps its bucket's mean as short as honest ones, one "
        "keeps its bucket from looking harmful on its own rows; both also vote the wrong way.",
        "",
        *_table(("who attacks, what the server does", "AUC", "change against nobody hostile, with votes"), rows),
        "",
        f"Bar with buckets and votes: a loss below {BAR_POISON} on average: **{_met(found['met'])}**. The median of "
        "the buckets alone falls when hostile suppliers sit in most buckets, as three of 15 do in 59 % of rounds.",
        "",
    ]
    return "\n".join(lines)


def _real(found: Mapping[str, Mapping[int, Mapping[str, Any]]]) -> str:
    rows = []
    for where, results in found.items():
        last = {hostile: float(one["auc"][-1]) for hostile, one in sorted(results.items())}
        rows += [
            (
                where,
                str(hostile),
                str(results[hostile]["rounds"]),
                f"{auc:.4f}",
                f"{auc - last[0]:+.4f}" if hostile else "",
            )
            for hostile, auc in last.items()
        ]
    lines = [
        "### The same in real rounds",
        "",
        f"Labels flipped, x10, once more with the protocol itself: {poison.SUPPLIERS} parties with masks, buckets "
        "drawn from their keys, and signed votes. One seed and fewer rounds, so no interval. "
        "`python -m federated.evaluate.over_flower --hostile 2` (and 0) starts SuperLink, server worker and SuperNodes "
        "as processes; with `--one-process` the parties meet without them.",
        "",
        *_table(("where", "hostile", "rounds", "AUC", "change"), rows),
        "",
    ]
    return "\n".join(lines)


def _private(found: Mapping[str, Any]) -> str:
    rows = [(str(noise), f"{one['epsilon']:.1f}", str(one["auc"])) for noise, one in found.items()]
    lines = [
        "## Record-level differential privacy",
        "",
        f"Milling with noisy gradients at each party ({milling.PRIVATE.rounds} rounds, clip {milling.CLIP}, "
        f"batch {milling.PRIVATE.config.batch}); epsilon of the party that spends most, at delta 1e-5, "
        "for adding or removing one row, by the accountant of dp-accounting.",
        "",
        *_table(("noise, multiples of the clip", "epsilon", "AUC"), rows),
        "",
    ]
    return "\n".join(lines)


def _rows(figures: Mapping[str, Spread], changes: Mapping[str, Spread]) -> list[tuple[str, str, str]]:
    return [(name, str(one), changes[name].interval if name in changes else "") for name, one in figures.items()]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *(f"| {' | '.join(row)} |" for row in rows)]


def _met(value: bool) -> str:
    return "met" if value else "not met"


_HEAD: Final = """# Model card: federated process risk

Written by `credence federated evaluate --card docs/model-card.md`, or `python -m federated.evaluate` with the same
options; do not edit by hand. The command takes the public data (AI4I 2020 and Steel Plates Faults of the UCI
repository, CC BY 4.0) from the folder named by `--data`.

## Use

For: an early estimate of how likely a plant's parts are to fail, from process data that stays in the plant; and, as the
process-risk index, one indicator of a quality score, with its reasons. Not for: releasing or rejecting a single part,
safety functions, or processes other than the one of the feature spec.

## How the figures were taken

{seeds} seeds. {test} % of each party's rows, drawn once and the same for every seed, are the test part (suppliers
dealt at random have one of their own with each dealing). A seed cuts {check} % of the other rows off for choosing
(thresholds, calibration, settings), and starts the networks. Settings were chosen on such check rows, never on a test
figure; a first look (class weights, weight decay, rounds; that steel needs site models) was taken on random splits from
before the test part was fixed, so some of its rows were seen in check parts then.

Figures are mean ± standard deviation over the seeds; intervals are 95 % by Student's t over the paired differences, so
they tell of the spread of training, not of another sample of test rows. The federations run in one process with the
task functions and the quantised sums of the real ones; masks cancel exactly and are left out.
"""
_TAIL: Final = """## Limits of use

- The exported index counts only with 200 parts or more in the period, at most 5 % of them incomplete or out of range,
  every feature's population stability index below 0.25 against the training rows, and before the model's last day; else
  it does not count, and says why (`scoring/process_risk.py`);
  `credence model assess` then states nothing and ends with exit code 1.
- The public data are one synthetic milling process and one steel line: figures for another process must be taken there.
- Plants of a federation can gain unequally; on skewed plants the common model is not to be used, only site models.
- What is not defended against: [poison](adr/0017-buckets-and-votes-against-poison.md),
  [privacy at the record](adr/0021-record-level-privacy.md).
"""
