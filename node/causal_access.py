"""Root causes at one node, wired over its database, its folder and its plant; the bootstrap makes one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from evidence.clock import Clock
from evidence.keys import Entropy
from node.outbound.port import ControlSystem
from node.records.port_documents import DocumentStore
from node.records.port_house import EventStore
from node.services.cases import ActOnCase, OpenCase, ReadCase
from node.services.causes.cases import OpenCausalCase, ReadCausalCases
from node.services.causes.desk import CausalDesk
from node.services.causes.effect import CheckEffect
from node.services.causes.eight_d import DraftEightD
from node.services.causes.explain import ExplainCase
from node.services.causes.graphs import EditGraph, ReadGraph
from node.services.causes.learn import LearnFromEffect
from node.services.causes.lessons import ReadLessons
from node.services.causes.models import LineModels
from node.services.causes.plant import ReadPlant
from node.services.causes.release import FollowCorrection, ProposeCorrection
from node.services.causes.suggest import SuggestCorrection
from node.services.causes.tables import KeepTable, ReadTable
from node.services.causes.watch import RaiseAlarms, SetWatch
from rca.attribution.shipped import shipped_figures


class Flows(Protocol):
    """What causes need of the node's flows and machines."""

    @property
    def open(self) -> OpenCase:
        """Cases begin."""

    @property
    def read(self) -> ReadCase:
        """Cases are shown."""

    @property
    def act(self) -> ActOnCase:
        """Cases go on."""

    @property
    def control(self) -> ControlSystem:
        """The plant's set points."""


@dataclass
class CausalAccess:
    """The services of causes, each made when first asked for."""

    documents: DocumentStore
    events: EventStore
    folder: Path
    flows: Flows
    clock: Clock
    entropy: Entropy
    twins: int | None = None

    @cached_property
    def desk(self) -> CausalDesk:
        """What they share."""
        return CausalDesk(self.documents, self.events, self.folder, self.clock)

    @cached_property
    def read_table(self) -> ReadTable:
        """Tables as they were imported."""
        return ReadTable(self.desk)

    @cached_property
    def keep(self) -> KeepTable:
        """Tables come in."""
        return KeepTable(self.desk)

    @cached_property
    def watches(self) -> SetWatch:
        """What is watched."""
        return SetWatch(self.desk)

    @cached_property
    def alarms(self) -> RaiseAlarms:
        """Charts run by themselves."""
        return RaiseAlarms(self.desk, self.watches)

    @cached_property
    def open(self) -> OpenCausalCase:
        """People open cases."""
        return OpenCausalCase(self.desk, self.read_table, self.entropy)

    @cached_property
    def cases(self) -> ReadCausalCases:
        """Cases are found."""
        return ReadCausalCases(self.desk, self.read_table)

    @cached_property
    def explain(self) -> ExplainCase:
        """Alarms are explained."""
        beliefs = self.graphs.beliefs
        return ExplainCase(self.desk, self.read_table, beliefs, shipped_figures, self.twins, self.models)

    @cached_property
    def models(self) -> LineModels:
        """What explanations were made with, for others to ask."""
        return LineModels(self.desk)

    @cached_property
    def edit(self) -> EditGraph:
        """Engineers say what they know."""
        return EditGraph(self.desk, self.read_table)

    @cached_property
    def graphs(self) -> ReadGraph:
        """What engineers know."""
        return ReadGraph(self.desk)

    @cached_property
    def plant(self) -> ReadPlant:
        """Set points are shown."""
        return ReadPlant(self.flows.control)

    @cached_property
    def suggest(self) -> SuggestCorrection:
        """Set points are suggested."""
        return SuggestCorrection(self.desk, self.read_table, self.flows.control, self.graphs.beliefs, self.lessons)

    @cached_property
    def propose(self) -> ProposeCorrection:
        """Suggestions go to release."""
        return ProposeCorrection(self.desk, self.flows.open, self.flows.control)

    @cached_property
    def follow(self) -> FollowCorrection:
        """What became of a correction."""
        return FollowCorrection(self.desk, self.flows.read)

    @cached_property
    def effect(self) -> CheckEffect:
        """The real effect against the predicted one."""
        learn = LearnFromEffect(self.desk, self.graphs, self.edit)
        return CheckEffect(self.desk, self.read_table, self.flows.read, self.flows.act, self.flows.control, learn)

    @cached_property
    def lessons(self) -> ReadLessons:
        """What engineers made of suggestions."""
        return ReadLessons(self.desk, self.flows.read, self.flows.control)

    @cached_property
    def eight_d(self) -> DraftEightD:
        """8D reports are drafted."""
        return DraftEightD(self.desk, self.flows.open)
