"""The indicators that a policy may weigh."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NewType

from scoring.document import Node
from scoring.options import (
    CapabilityOptions,
    ClosureOptions,
    InspectionOptions,
    NoOptions,
    Options,
    RepeatOptions,
    ResponseOptions,
    StabilityOptions,
)
from scoring.scale import MICRO

IndicatorId = NewType("IndicatorId", str)
"""The name of an indicator, a key of `INDICATORS`."""

CAPABILITY: Final = IndicatorId("capability")
DEFECT_RATE: Final = IndicatorId("defect-rate")
CLOSURE_TIME: Final = IndicatorId("closure-time")
COMPLAINT_RESPONSE: Final = IndicatorId("complaint-response")
CORRECTIVE_EVIDENCE: Final = IndicatorId("corrective-evidence")
PROCESS_RISK: Final = IndicatorId("process-risk")
PROCESS_STABILITY: Final = IndicatorId("process-stability")
REPEAT_PROBLEMS: Final = IndicatorId("repeat-problems")
SHARING_COMPLETENESS: Final = IndicatorId("sharing-completeness")
SURPRISE_INSPECTION: Final = IndicatorId("surprise-inspection")


@dataclass(frozen=True, slots=True)
class IndicatorKind:
    """What the engine must know of an indicator.

    Attributes:
        unit: exposure units of one whole observation; `MICRO` where an observation can go partly wrong.
        measured: the uncertainty comes with each observation; otherwise observations are counted (Beta posterior).
        read_options: reads the options of a policy, raising SchemaError at the exact place.
    """

    unit: int
    measured: bool
    read_options: Callable[[Node], Options]


INDICATORS: Final[Mapping[str, IndicatorKind]] = {
    CAPABILITY: IndicatorKind(MICRO, True, CapabilityOptions.read),
    DEFECT_RATE: IndicatorKind(1, False, NoOptions.read),
    CLOSURE_TIME: IndicatorKind(1, False, ClosureOptions.read),
    COMPLAINT_RESPONSE: IndicatorKind(1, False, ResponseOptions.read),
    CORRECTIVE_EVIDENCE: IndicatorKind(1, False, NoOptions.read),
    PROCESS_RISK: IndicatorKind(MICRO, False, NoOptions.read),
    PROCESS_STABILITY: IndicatorKind(MICRO, False, StabilityOptions.read),
    REPEAT_PROBLEMS: IndicatorKind(1, False, RepeatOptions.read),
    SHARING_COMPLETENESS: IndicatorKind(1, False, NoOptions.read),
    SURPRISE_INSPECTION: IndicatorKind(MICRO, False, InspectionOptions.read),
}
"""Every indicator that a policy may name."""
