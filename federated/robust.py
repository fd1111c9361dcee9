"""One update out of the sums of buckets: their mean when there is one bucket, else their median, entry by entry.

With at least twice as many honest buckets as poisoned ones the median of every entry lies between two honest means,
whatever the others send. Source: Yin et al., "Byzantine-robust distributed learning", ICML 2018 (PMLR 80:5650-5659).
"""

from __future__ import annotations

import numpy as np

from federated.model_bytes import Vector
from federated.store import Sums


def centre(sums: Sums) -> Vector:
    """Shape (size + metrics,)."""
    if len(sums.weights) == 1:
        return np.asarray(sums.means[0], dtype=np.float64)
    return np.asarray(np.median(sums.means, axis=0), dtype=np.float64)
