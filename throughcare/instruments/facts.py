"""What answering leaves behind; never the answer itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.audit.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ResponseOpened(Fact):
    """An instrument was opened for somebody."""

    response: UUID
    instrument: str


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(Fact):
    """A question got an answer; the latest counts."""

    response: UUID
    item: str
    seq: int


@dataclass(frozen=True, kw_only=True)
class Scored(Fact):
    """A total was worked out and stored."""

    score: UUID
    instrument: str


@dataclass(frozen=True, kw_only=True)
class ResponseCompleted(Fact):
    """A response was signed; how it came about is beside it."""

    response: UUID
    instrument: str
    mode: str
