"""The sentences of a drafted 8D, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class DraftWords:
    """One language."""

    symptom: str
    fact: str
    limits: str
    onset: str
    departure: str
    where: str
    unsure: str
    cause: str
    path: str
    unexplained: str
    cannot_say: str
    action: str
    effect: str
    validated: str
    fmea: str
    no_fmea: str
    outcomes: Mapping[str, str]


WORDS: Final = {
    "en": DraftWords(
        symptom="A chart of {column} on line {line} raised an alarm at {time}. Emergency response: ",
        fact="What: {column} ({unit}). Where: line {line}.",
        limits="Limits: {lower} to {upper}.",
        onset="Since when (90 % interval): {low} to {high}.",
        departure="How much: {departure} {unit} on average in {window} lots, against {reference} lots of reference.",
        where="Only lots with {column}: {chosen}.",
        unsure="The alarm does not stand out enough to name a cause; what follows is a list of suspects.",
        cause="{rank}. {name}: a path to the defect exists with {path}; it changed with {changed}; it explains this "
        "alarm with {explains}. Its part: {part} {unit}.",
        path="   Path: {path}",
        unexplained="Not explained by any recorded cause: {share} of the departure.",
        cannot_say="cannot say",
        action="Set {column} from {present} to {proposed} {unit}.",
        effect="Predicted {measure}: {before} now, {expected} afterwards (90 % interval {low} to {high}).",
        validated="Observed over {lots} lots after release: {observed}. Against the prediction: {outcome}.",
        fmea="{failure_mode} / {cause}: prevention {prevention}; detection {detection}; S {severity} O {occurrence} "
        "D {detection_rating}. Review O and D in the light of this case.",
        no_fmea="No line of the FMEA speaks of {cause}: add the failure mode, its prevention and its detection.",
        outcomes={"as-predicted": "as predicted", "weaker": "weaker", "none": "no effect", "worse": "worse"},
    ),
    "zh": DraftWords(
        symptom="产线 {line} 的 {column} 控制图于 {time} 报警。应急响应：",
        fact="对象：{column}（{unit}）。地点：产线 {line}。",
        limits="规格限：{lower} 至 {upper}。",
        onset="起始时间（90 % 区间）：{low} 至 {high}。",
        departure="程度：{window} 批平均偏离 {departure} {unit}，参照 {reference} 批。",
        where="仅限 {column} 为 {chosen} 的批次。",
        unsure="该报警不足以确定原因，以下为疑似清单。",
        cause="{rank}. {name}：通向缺陷的路径存在的概率 {path}；其自身变化的概率 {changed}；"
        "能解释本次报警的概率 {explains}。其贡献：{part} {unit}。",
        path="   路径：{path}",
        unexplained="未被任何记录原因解释：偏离的 {share}。",
        cannot_say="无法判断",
        action="将 {column} 由 {present} 调整为 {proposed} {unit}。",
        effect="预测 {measure}：当前 {before}，调整后 {expected}（90 % 区间 {low} 至 {high}）。",
        validated="发布后 {lots} 批实测：{observed}。与预测相比：{outcome}。",
        fmea="{failure_mode} / {cause}：预防 {prevention}；探测 {detection}；"
        "S {severity} O {occurrence} D {detection_rating}。请结合本案例复核 O 与 D。",
        no_fmea="FMEA 中没有关于 {cause} 的条目：请补充失效模式、预防与探测措施。",
        outcomes={"as-predicted": "符合预测", "weaker": "弱于预测", "none": "无效果", "worse": "变差"},
    ),
}
