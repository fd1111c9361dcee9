import numpy as np

from rca.attribution.basis import Basis, curve_of


def test_a_line_has_one_function_a_cause_and_a_curve_three() -> None:
    causes = np.random.default_rng(0).normal(size=(200, 2))
    assert Basis().features(causes).shape == (200, 2)
    assert curve_of(causes).features(causes).shape == (200, 6)


def test_a_curve_has_straight_ends() -> None:
    basis = curve_of(np.random.default_rng(1).normal(size=(500, 1)))
    far = np.array([[5.0], [6.0], [7.0], [8.0]])
    assert np.allclose(np.diff(basis.features(far), 2, axis=0), 0.0, atol=1e-9)
    assert np.allclose(basis.features(-far)[:, 1:], 0.0)


def test_knots_that_coincide_leave_the_line() -> None:
    causes = np.zeros((50, 1))
    assert np.array_equal(curve_of(causes).features(causes)[:, 1:], np.zeros((50, 2)))
