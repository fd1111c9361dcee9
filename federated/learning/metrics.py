"""How good predictions are: ranking, decisions, probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Vector = NDArray[np.float64]


def auc(labels: Vector, scores: Vector) -> float:
    """Area under the ROC curve by the rank sum (Mann-Whitney), ties counted half; NaN with one class only."""
    bad = labels > 0.5
    positives, negatives = int(bad.sum()), int((~bad).sum())
    if not positives or not negatives:
        return float("nan")
    ranks = rankdata(scores)
    return float((ranks[bad].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def f1(labels: Vector, scores: Vector, threshold: float) -> float:
    """Harmonic mean of precision and recall when scores from `threshold` on are called bad."""
    called, bad = scores >= threshold, labels > 0.5
    hits = int((called & bad).sum())
    return 2 * hits / max(1, int(called.sum()) + int(bad.sum()))


def best_threshold(labels: Vector, scores: Vector) -> float:
    """The threshold with the best F1 on rows that may be tuned on; the larger one of equals."""
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(labels[order] > 0.5)
    values = 2 * hits / (np.arange(1, len(ranked) + 1) + max(1, int(hits[-1]) if len(hits) else 1))
    last = np.append(ranked[:-1] != ranked[1:], True)
    return float(ranked[int(np.argmax(np.where(last, values, -1.0)))])


def log_loss(labels: Vector, probabilities: Vector) -> float:
    """Mean negative log-likelihood, natural logarithm."""
    held = np.clip(probabilities, 1e-9, 1 - 1e-9)
    return float(-np.mean(np.where(labels > 0.5, np.log(held), np.log(1 - held))))


def brier(labels: Vector, probabilities: Vector) -> float:
    """Mean squared error of probabilities."""
    return float(np.mean((labels - probabilities) ** 2))


def calibration_error(labels: Vector, probabilities: Vector, bins: int = 10) -> float:
    """Expected calibration error over bins of equal count: mean distance of stated probability and share found."""
    order = np.argsort(probabilities, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    gaps = [len(part) * abs(float(labels[part].mean() - probabilities[part].mean())) for part in parts if len(part)]
    return sum(gaps) / max(1, len(order))
