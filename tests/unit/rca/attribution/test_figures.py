import json

import numpy as np
import pytest

from evidence.canonical import encode
from evidence.errors import SchemaError
from rca.attribution.attribute import Attribution, Suspect
from rca.attribution.figures import SIGNS, FigureMap, Lesson, learn, lesson, map_from, signs


def drawn(seed: int, suspects: int = 8) -> Lesson:
    """The root's own change is strong; one distractor's too, but it explains little."""
    rng = np.random.default_rng(seed)
    strength = rng.gamma(1.0, 0.5, suspects)
    share = rng.normal(-5.0, 1.0, suspects)
    changed, root = np.zeros(suspects, dtype=bool), np.zeros(suspects, dtype=bool)
    changed[:2], root[0] = True, True
    strength[:2] += rng.gamma(4.0, 1.0, 2)
    share[0] += rng.gamma(6.0, 0.8)
    reach, rows = rng.random(suspects), np.full(suspects, rng.uniform(1.0, 5.0))
    return Lesson(np.column_stack([strength, strength, share, reach, share - share.max(), rows]), changed, root)


@pytest.fixture(scope="module")
def learned() -> FigureMap:
    return learn([drawn(seed) for seed in range(400)], about="drawn for a test")


def test_stated_probabilities_come_true_on_cases_never_seen(learned: FigureMap) -> None:
    stated = []
    for seed in range(1000, 1400):
        one = drawn(seed)
        for figure, is_root in zip(learned.read_signs(one.signs), one.root, strict=True):
            if figure.explains.probability is not None:
                stated.append((figure.explains.probability, is_root))
    sure = [true for probability, true in stated if probability >= 0.92]
    assert len(sure) > 100
    assert np.mean(sure) >= 0.9
    low = [true for probability, true in stated if probability < 0.05]
    assert np.mean(low) < 0.05


def test_what_changed_and_what_explains_are_two_figures(learned: FigureMap) -> None:
    distractors = [learned.read_signs(drawn(seed).signs)[1] for seed in range(2000, 2100)]
    changed = [one.changed.probability or 0.0 for one in distractors]
    explains = [one.explains.probability or 0.0 for one in distractors]
    assert np.mean(changed) > 3 * np.mean(explains)


def test_the_document_reads_back_to_the_same_map(learned: FigureMap) -> None:
    assert map_from(json.loads(encode(learned.document()))) == learned


@pytest.mark.parametrize("damage", [{"format": "x"}, {"signs": []}, {"changed": {}}, {"explains": {"weights": [1]}}])
def test_a_damaged_map_is_refused(learned: FigureMap, damage: dict[str, object]) -> None:
    with pytest.raises(SchemaError):
        map_from({**learned.document(), **damage})


def test_too_few_twins_teach_nothing() -> None:
    with pytest.raises(SchemaError, match="at least 40"):
        learn([drawn(seed) for seed in range(39)], about="")


def suspect(name: str, score: float) -> Suspect:
    return Suspect(name, score, 1.0, 2.0, 3.0, 0.0, 1.0, 0.5, 0.1)


def test_signs_are_read_off_the_suspects() -> None:
    found = Attribution("leak", 1.0, (suspect("a", 3.0), suspect("b", 1.0), suspect("c", 0.5)), (), (), 1, 20)
    table = signs(found)
    assert table.shape == (3, len(SIGNS))
    assert table[:, SIGNS.index("lead")].tolist() == [2.0, -2.0, -2.5]
    assert table[:, SIGNS.index("rows")] == pytest.approx(np.log(20))
    assert lesson(found, ["a", "b"], ["b"]).root.tolist() == [False, True, False]
