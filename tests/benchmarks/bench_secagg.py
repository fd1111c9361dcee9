"""Secure aggregation of 100 parties with a million parameters each: `python -m tests.benchmarks.bench_secagg`.

CPU seconds of this process. `server` is all that the server does (the bar: under 60 s), with parties that dropped out;
`party` is what one party does; the peer is numpy adding the same vectors in the clear.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

from federated.secagg.terms import least_threshold
from tests.support.secagg import MODEL, NOW, Federation, org

PARTIES = 100
PARAMETERS = 1_000_000


def main() -> None:
    """Run and print."""
    print(json.dumps(measure(), indent=1))


def measure(parties: int = PARTIES, parameters: int = PARAMETERS, dropped: int = 10) -> dict[str, object]:
    """One round; checks the sum against the clear one."""
    federation = Federation(parties, count=parameters)
    spent = {"server": 0.0, "party": 0.0, "clear": 0.0}

    def on(whom: str, work, *arguments):  # type: ignore[no-untyped-def]
        begun = time.process_time()
        result = work(*arguments)
        spent[whom] += time.process_time() - begun
        return result

    server, everyone = federation.server, federation.parties
    for party in everyone.values():
        on("server", server.add_advert, on("party", party.advertise), NOW)
    committee = on("server", server.close_adverts)
    for party in everyone.values():
        on("server", server.add_bundle, on("party", party.share, committee, NOW), NOW)
    sealed = on("server", server.close_bundles)
    silent = {org(place) for place in range(dropped)}
    clear = np.zeros(federation.terms.words, dtype=np.uint64)
    size = 0
    for name, party in everyone.items():
        if name in silent:
            continue
        words = on("party", federation.quantiser.encode, federation.values[name], federation.weights[name])
        begun = time.process_time()
        clear += words
        spent["clear"] += time.process_time() - begun
        receipt, vector = on("party", party.mask, MODEL, sealed[name], words)
        size = len(vector)
        on("server", server.add_masked, receipt, vector, NOW)
    roll = on("server", server.close_masked)
    for name in sorted(roll.alive):
        one = on("party", everyone[name].confirm, roll.receipts, roll.dropped, NOW)
        on("server", server.add_confirmation, one, NOW)
    confirmations = on("server", server.close_confirmations)
    for name in sorted(roll.alive):
        on("server", server.add_opening, on("party", everyone[name].open, confirmations, NOW), NOW)
    outcome = on("server", server.finish)
    mean, weight = federation.quantiser.decode(outcome.sums[0].words)
    wanted, total = federation.quantiser.decode(clear)
    assert weight == total and (mean == wanted).all(), "the sum is not exact"
    return {
        "parties": parties,
        "parameters": parameters,
        "dropped": dropped,
        "threshold": least_threshold(parties),
        "server CPU s": round(spent["server"], 2),
        "one party CPU s": round(spent["party"] / parties, 3),
        "adding in the clear CPU s": round(spent["clear"], 3),
        "vector bytes per parameter": round(size / parameters, 2),
        "bound of the mean's error": federation.quantiser.bound,
        "within 60 s": spent["server"] < 60,
    }


if __name__ == "__main__":
    sys.exit(main())
