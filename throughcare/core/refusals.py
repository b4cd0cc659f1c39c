"""Anticipated problems: each is named beside what raises it and carries the sentence for the person."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """Something that will not be done. `message` says what to do next; its braces are filled from the keywords."""

    message = "That cannot be done. Go back and check."

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.message.format(**details))


class NotAllowed(Refused):
    """This person may not do this here. Shown as a page, never as a red field."""

    message = "{why}"


class Elsewhere(Refused):
    """What was asked for has another address now, `to`; a page sends the reader there."""

    message = "This has another address now: {to}"

    @property
    def to(self) -> str:
        return str(self.details["to"])


@dataclass(frozen=True)
class Verdict:
    """True, or the sentence that says why not."""

    allowed: bool
    why: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOW = Verdict(True)


def deny(why: str) -> Verdict:
    """A refusal with its sentence."""
    return Verdict(False, why)


def require(verdict: Verdict) -> None:
    """Raise NotAllowed with the verdict's sentence unless it allows."""
    if not verdict:
        raise NotAllowed(why=verdict.why)
