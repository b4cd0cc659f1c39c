"""Which questions to put when, when a part is done, and what the answers set off. A person is asked once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from throughcare.instruments import rules as instruments
from throughcare.screening.rules.screen import TOTAL, Answers, Books, Group, Part, Question, Screen, item_of

Facts = Mapping[str, bool]


@dataclass(frozen=True)
class Sitting:
    """The answers of one visit, and what follows from them: worked out when first asked for, and then only once."""

    books: Books
    answers: Answers

    @cached_property
    def known(self) -> dict[str, dict[str, Any]]:
        """Every instrument's answers, those that follow from another instrument's too."""
        return shared(self.books, self.answers)

    @cached_property
    def flat(self) -> dict[str, Any]:
        """What conditions look at: answers that stand, derived ones and totals, under "instrument:item"."""
        return flattened(self.books, self.known)

    @cached_property
    def open(self) -> dict[str, instruments.Item]:
        """Every question that its own instrument puts now, under "instrument:item"."""
        asked = ((id, instruments.asked(book, self.known[id])) for id, book in self.books.items())
        return {f"{id}:{item.id}": item for id, items in asked for item in items}

    def questions(self, screen: Screen, part: Part, facts: Facts) -> tuple[Question, ...]:
        """The questions to put now, in order; see `questions`."""
        return tuple(
            Question(ref.partition(":")[0], self.open[ref], group)
            for group in screen.groups(part)
            if (group.when is None or instruments.holds(group.when, self.flat)) and facts.get(group.only_if, True)
            for ref in group.items
            if ref in self.open and not _settled(self.known, self.answers, ref) and not _impossible(screen, facts, ref)
        )


def questions(screen: Screen, books: Books, answers: Answers, part: Part, facts: Facts | None = None) -> tuple[Question, ...]:
    """The questions to put now, in order. What another answer already settles is left out: a person is asked once.

    `facts` says what is known of the person (may_be_pregnant); what is not known is asked.
    """
    return Sitting(books, answers).questions(screen, part, facts or {})


def shared(books: Books, answers: Answers) -> dict[str, dict[str, Any]]:
    """Every instrument's answers: those given, and those that follow from answers given to another instrument."""
    by_concept: dict[str, Any] = {}
    for id, book in books.items():
        by_concept |= instruments.concepts(book, answers.get(id, {}))
    return {id: instruments.filled(book, by_concept) | dict(answers.get(id, {})) for id, book in books.items()}


def flattened(books: Books, answers: Answers) -> dict[str, Any]:
    """Answers that stand, derived ones and totals too, under "instrument:item"."""
    flat: dict[str, Any] = {}
    for id, book in books.items():
        standing = instruments.derived(book, instruments.kept(book, answers.get(id, {})))
        flat |= {f"{id}:{item}": value for item, value in standing.items()}
        found = instruments.score(book, standing)
        flat |= {f"{id}:{TOTAL}": found.total} if found else {}
    return flat


def question_count(screen: Screen, books: Books, part: Part) -> int:
    """How many questions everybody meets: follow-ups and opened groups not counted."""
    refs = [ref for group in screen.groups(part) if group.when is None for ref in group.items]
    return sum(1 for ref in refs if item_of(books, ref).enable_when is None and item_of(books, ref).type != "derived")


def core_done(screen: Screen, books: Books, answers: Answers, facts: Facts | None = None) -> bool:
    """Whether every required question of the safety core has an answer."""
    return not left(screen, books, answers, "core", facts)


def rest_done(screen: Screen, books: Books, answers: Answers, facts: Facts | None = None) -> bool:
    """Whether the whole screen has its answers, the core included."""
    return core_done(screen, books, answers, facts) and not left(screen, books, answers, "rest", facts)


def left(screen: Screen, books: Books, answers: Answers, part: Part, facts: Facts | None = None) -> tuple[Question, ...]:
    """The required questions of a part still without an answer."""
    return unanswered(questions(screen, books, answers, part, facts), answers)


def unanswered(asked: Iterable[Question], answers: Answers) -> tuple[Question, ...]:
    """Those of the questions put that are required and have no whole answer. Signing is what answers a signature."""
    needed = (one for one in asked if one.item.required and not one.group.optional and one.item.type != "signature")
    return tuple(one for one in needed if not instruments.complete(one.item, _value(answers, one)))


def covered(screen: Screen, books: Books, answers: Answers) -> tuple[str, ...]:
    """The instruments that these answers answer: something was said to one of its questions, or its score follows.

    One of which nothing but "not able to ask" was said is not answered: it comes back.
    """
    return covered_in(screen, Sitting(books, answers))


def covered_in(screen: Screen, said: Sitting) -> tuple[str, ...]:
    """The same, of answers that were worked out already."""
    books, answers = said.books, said.answers
    return tuple(
        id for id in screen.instruments if _said(books[id], answers.get(id, {})) or instruments.score(books[id], said.known[id])
    )


def not_asked(screen: Screen, books: Books, answers: Answers, facts: Facts | None = None) -> tuple[Question, ...]:
    """The questions put that could not be asked or were not answered; they come back."""
    put = (*questions(screen, books, answers, "core", facts), *questions(screen, books, answers, "rest", facts))
    return put_again(put, answers)


def put_again(asked: Iterable[Question], answers: Answers) -> tuple[Question, ...]:
    """Those of the questions put that could not be asked or were not answered."""
    return tuple(one for one in asked if any(option.again for option in instruments.chosen(one.item, _value(answers, one))))


def observed_only(screen: Screen, books: Books) -> tuple[Question, ...]:
    """What to look at in a person who does not talk."""
    if screen.observed_only is None:
        return ()
    group = Group(title="What you can see", items=screen.observed_only.items)
    return tuple(Question(ref.partition(":")[0], item_of(books, ref), group) for ref in group.items)


def observed_enough(screen: Screen, answers: Answers) -> bool:
    """Whether what must be seen of a person who does not talk has been entered."""
    if screen.observed_only is None:
        return False
    refs = (ref.partition(":") for ref in screen.observed_only.needed)
    return all(instruments.answered(answers.get(id, {}).get(item)) for id, _, item in refs)


def alerts(books: Books, answers: Answers, last: Answers | None = None) -> tuple[instruments.Alert, ...]:
    """All that the answers set off, the gravest first; alerts of one concept in two instruments are one alert.

    `last` are the answers to the same versions before: without them no score can have fallen.
    """
    return alerts_in(Sitting(books, answers), last or {})


def alerts_in(said: Sitting, last: Answers) -> tuple[instruments.Alert, ...]:
    """The same, of answers that were worked out already."""
    books, answers = said.books, said.answers
    every = [alert for id, book in books.items() for alert in instruments.raised(book, said.known[id], last.get(id))]
    every.sort(key=lambda alert: alert.item not in answers.get(alert.questionnaire, {}))  # the one that was asked, not a copy
    found: dict[str, instruments.Alert] = {}
    for alert in every:
        found.setdefault(alert.rule.concept or alert.id, alert)
    return tuple(sorted(found.values(), key=lambda alert: instruments.SEVERITIES.index(alert.severity)))


def minutes(screen: Screen, books: Books, answers: Answers, part: Part, facts: Facts | None = None) -> Decimal:
    """How long a part takes at the screen's pace, with these answers."""
    asked = questions(screen, books, answers, part, facts)
    spent = sum((instruments.effort([one.item], answers.get(one.instrument, {})) for one in asked), instruments.Effort())
    pace = screen.pace
    if pace is None:
        return Decimal(0)
    seconds = spent.questions * pace.question_seconds + spent.taps * pace.tap_seconds + spent.typed * pace.typed_seconds
    return Decimal(seconds) / 60


def _value(answers: Answers, question: Question) -> Any:
    return answers.get(question.instrument, {}).get(question.item.id)


def _said(book: instruments.Questionnaire, answers: instruments.Answers) -> bool:
    stands = instruments.kept(book, answers)
    return any(not any(one.again for one in instruments.chosen(book.item(id), value)) for id, value in stands.items())


def _settled(known: Answers, answers: Answers, ref: str) -> bool:
    """Whether an answer given elsewhere already answers this question, and nobody has answered it here."""
    id, _, item = ref.partition(":")
    return item in known[id] and not instruments.answered(answers.get(id, {}).get(item))


def _impossible(screen: Screen, facts: Facts, ref: str) -> bool:
    return facts.get(screen.only_if.get(ref, ""), True) is False
