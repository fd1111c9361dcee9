import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import LimitError
from spc import svg
from spc.attribute_charts import p
from spc.charts import i_mr, xbar_r
from spc.distributions import Distribution, Family
from spc.rules import NELSON, judge
from spc.specification import Specification
from spc.svg_chart import describe, render_chart
from spc.svg_histogram import render_histogram
from spc.weighted_charts import cusum, ewma

NAMESPACE = {"svg": "http://www.w3.org/2000/svg"}


def drifting(count: int = 40) -> np.ndarray:
    table = np.random.default_rng(3).normal(74, 0.01, (count, 5))
    table[-4:] += 0.03
    return table


def pictures() -> list[str]:
    table = drifting()
    chart = xbar_r(table, phase1=25)
    lots = np.random.default_rng(1).integers(40, 200, 30)
    flat = table.ravel()
    return [
        render_chart(chart, title="ring", signals=judge(chart.location, NELSON)),
        render_chart(p(np.random.default_rng(2).binomial(lots, 0.08), lots)),
        render_chart(ewma(flat)),
        render_chart(cusum(flat)),
        render_histogram(flat, Specification(73.9, 74.1, 74.0), Distribution(Family.NORMAL, (74.0, 0.01))),
    ]


@pytest.mark.parametrize("number", range(5))
def test_a_picture_is_xml_that_names_and_describes_itself(number: int) -> None:
    root = ET.fromstring(pictures()[number])
    assert root.attrib["role"] == "img" and root.attrib["aria-labelledby"] == "title desc"
    assert root.findtext("svg:title", namespaces=NAMESPACE)
    assert len(root.findtext("svg:desc", namespaces=NAMESPACE) or "") > 30


@pytest.mark.parametrize("number", range(5))
def test_a_picture_asks_for_nothing_from_outside_and_runs_nothing(number: int) -> None:
    text = pictures()[number].replace("http://www.w3.org/2000/svg", "")
    for word in ("http", "href", "url(", "@import", "<script", "on" + "load", "@font-face", "data:"):
        assert word not in text, word


@pytest.mark.parametrize("number", range(5))
def test_every_class_drawn_is_styled_in_both_themes(number: int) -> None:
    text = pictures()[number]
    style = re.search(r"<style>(.*?)</style>", text, re.S)
    assert style
    light, dark = style.group(1).split("@media")
    used = {one for names in re.findall(r'class="([^"]+)"', text) for one in names.split()} - {"head"}
    for name in used:
        assert f".{name}{{" in light and f".{name}{{" in dark, name


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1])
def test_text_and_lines_stand_out_from_the_ground(theme: int) -> None:
    style = pictures()[0].split("<style>")[1].split("</style>")[0].split("@media")[theme]
    colours = dict(re.findall(r"\.(\w+)\{(?:fill:none;)?(?:fill|stroke):(#[0-9a-f]{6})", style))
    ground = luminance(colours["ground"])
    for name, least in (
        ("ink", 4.5),
        ("soft", 4.5),
        ("mark", 4.5),
        ("line", 3),
        ("limit", 3),
        ("centre", 3),
        ("dot", 3),
    ):
        lighter, darker = max(luminance(colours[name]), ground), min(luminance(colours[name]), ground)
        assert (lighter + 0.05) / (darker + 0.05) >= least, name


def test_points_beyond_limits_differ_in_shape_and_carry_their_number() -> None:
    chart = xbar_r(drifting(), phase1=25)
    root = ET.fromstring(render_chart(chart))
    diamonds = [one for one in root.iter(f"{{{NAMESPACE['svg']}}}path") if one.attrib["class"] == "out"]
    panels = sum(len(panel.outside) for panel in chart.panels)
    assert len(diamonds) == panels + 1  # and one in the legend
    texts = [one.text for one in root.iter(f"{{{NAMESPACE['svg']}}}text")]
    assert str(chart.location.outside[0]) in texts


def test_the_description_says_what_a_blind_reader_has_to_know() -> None:
    chart = xbar_r(drifting(), phase1=25)
    words = describe(chart, judge(chart.location, NELSON))
    assert "40 points" in words and "37, 38, 39, 40" in words and "nelson-1 at point 37" in words


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=60)
def test_no_title_breaks_out_of_its_element(title: str) -> None:
    root = ET.fromstring(render_chart(i_mr([1.0, 2.0, 1.5, 1.2]), title=title))
    allowed = {"svg", "title", "desc", "style", "rect", "text", "line", "path", "circle"}
    assert {one.tag.split("}")[1] for one in root.iter()} <= allowed


@given(st.floats(-1e6, 1e6), st.floats(1e-9, 1e9))
@settings(deadline=None, max_examples=60)
def test_no_coordinate_is_lost_whatever_the_size_of_the_values(centre: float, scale: float) -> None:
    values = centre + scale * np.array([0.1, 0.9, -0.5, 0.2, 0.3, -0.7, 4.0])
    if np.ptp(values) < 1e-9 * abs(centre):
        return
    text = render_chart(i_mr(values))
    assert not re.search(r"nan|inf|e[+-]\d", re.sub(r"<(style|title|desc|text).*?</\1>", "", text, flags=re.S))
    assert {float(one) >= 0 for one in re.findall(r'(?:cx|cy|x1|y1)="([^"]+)"', text)} == {True}


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
@settings(deadline=None)
def test_ticks_are_round_within_the_axis_and_few(low: float, width: float) -> None:
    if low + width <= low or width < 1e-12 * abs(low):
        return
    ticks = svg.Axis(low, low + width, 0.0, 100.0).ticks(6)
    assert 2 <= len(ticks) <= 30 and [one for one, _ in ticks] == sorted(one for one, _ in ticks)
    assert all(low - width * 1e-6 <= one <= low + width * (1 + 1e-6) for one, _ in ticks)


def test_numbers_are_written_with_the_digits_that_matter() -> None:
    assert svg.text_of(74.0011761, 0.05) == "74.00118"
    assert svg.text_of(-0.00001, 10.0) == "0.00" and svg.text_of(0.0, 1.0) == "0"
    assert svg.text_of(12345.678, 5000.0) == "12346" and svg.text_of(3e-9, 1e-8) == "3e-09"


def test_too_many_points_for_a_picture_are_refused() -> None:
    with pytest.raises(LimitError):
        render_chart(i_mr(np.random.default_rng(1).normal(0, 1, 5001)))


def test_an_outlier_does_not_make_a_million_bars() -> None:
    values = np.concatenate([np.random.default_rng(1).normal(0, 1, 999), [1e9]])
    text = render_histogram(values, Specification(-3, 3), Distribution(Family.NORMAL, (0.0, 1.0)))
    assert text.count('class="bar"') <= 60
