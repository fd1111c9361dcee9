import numpy as np
import pytest

from evidence.errors import SchemaError
from rca.responsibility.harm import Harm


def test_without_limits_harm_is_the_mean_and_with_them_the_share_outside() -> None:
    values = np.array([1.0, 2.0, 3.0, 10.0])
    assert Harm().of(values) == 4.0
    assert Harm(upper=5.0).of(values) == 0.25
    assert Harm(lower=1.5, upper=5.0).of(values) == 0.5
    assert Harm(lower=1.0).of(values) == 0.0


def test_reversed_limits_are_refused() -> None:
    with pytest.raises(SchemaError, match="reversed"):
        Harm(lower=2.0, upper=1.0)
