from dataclasses import replace

from evidence.identity import Subject, lei_from_prefix
from scoring.card import ScoreCard
from scoring.engine import score
from scoring.peers import LEAST_PEERS, QUANTILES, compare
from scoring.policy_reader import published
from scoring.scale import POINT
from tests.unit.scoring.builders import AS_OF, SUPPLIER
from tests.unit.scoring.test_engine import mixed

FIRST = published("first-2026")


def peer(number: int, site: str | None = None) -> ScoreCard:
    subject = Subject(lei_from_prefix(f"PEER{number:014d}"), site)
    return score(mixed(number + 100), FIRST, AS_OF, subject=subject)


OWN = score(mixed(), FIRST, AS_OF, subject=SUPPLIER)
PEERS = [peer(number) for number in range(20)]


def test_quantiles_are_nearest_ranks_rounded_to_half_a_point() -> None:
    answer = compare(OWN, PEERS)
    assert answer is not None
    assert [entry.name for entry in answer] == ["score", "capability", "defect-rate", "closure-time"]
    ordered = sorted(card.points for card in PEERS)
    for quantile, value in zip(QUANTILES, answer[0].values, strict=True):
        exact = ordered[-(-quantile * 20 // 100) - 1]
        assert abs(value - exact) <= POINT // 4
        assert value % (POINT // 2) == 0
    assert answer[0].own == OWN.points
    assert answer[0].quarter == 1 + min(3, 4 * sum(value < OWN.points for value in ordered) // 20)


def test_too_few_peers_stay_anonymous() -> None:
    assert compare(OWN, PEERS[: LEAST_PEERS - 1]) is None
    assert compare(OWN, PEERS[:LEAST_PEERS]) is not None


def test_own_cards_further_sites_unrated_and_other_policies_do_not_count() -> None:
    nine = PEERS[: LEAST_PEERS - 1]
    own_site = replace(OWN, subject=Subject(SUPPLIER.lei, "PLANT-2"))
    unrated = score([], FIRST, AS_OF, subject=Subject(lei_from_prefix("UNRATED00000000001")))
    other = replace(peer(50), policy=published("balanced-2026").hash)
    assert compare(OWN, [*nine, own_site, unrated, other, peer(0, "PLANT-1"), PEERS[0]]) is None


def test_the_order_of_peers_changes_nothing() -> None:
    assert compare(OWN, PEERS) == compare(OWN, PEERS[::-1])
