"""What answers do: the tables say it by `conditions`, the product by its own rules; a sentence for each case where they differ.

The cases come from the tables and from the questions: every code alone, every two codes of a question with ticks, every number
round a line, everything that one alert looks at together, and totals climbed one answer at a time.
"""

from decimal import Decimal
from itertools import combinations, islice
from itertools import product as every

from tests.second_hand import product
from tests.second_hand.conditions import Known, holds, questions, terms
from tests.second_hand.tables import of, rows

ASSUMED = {"news2": {"spo2_scale": "scale_1"}}
MOST = 400  # cases of one alert: what it looks at together


def questionnaire(book):
    """Every case in which one questionnaire does other than the tables say."""
    return list(dict.fromkeys(Table(book).wrong()))


def first(book):
    """The first such case, or None: for whoever asks only whether there is one."""
    return next(Table(book).wrong(), None)


class Table:
    """What the tables say of one questionnaire."""

    def __init__(self, book):
        self.book = book
        self.items = {item.id: item for item in book.items}
        self.cards = {
            item.id: item.sum_of for item in book.items if item.sum_of
        }  # what is worked out, and the card it is the sum of
        self.alerts = {row["alert"]: row["set off by"] for row in of("alerts", "instrument", book.id)}
        self.asked = {id: row["asked when"] for row in of("asked", "instrument", book.id) for id in row["question"].split()}
        self.scores = of("scores", "instrument", book.id)
        self.scales = of("totals", "instrument", book.id)
        self.bands = of("bands", "instrument", book.id)
        self.weights = {row["question"]: Decimal(row["weight"]) for row in of("bounds", "instrument", book.id) if row["weight"]}
        self.bounds = {row["question"]: row for row in of("bounds", "instrument", book.id)}
        self.scored = (
            {row["item"] for row in self.scores} | {id for row in self.scales for id in row["items"].split()} | self._whole()
        )

    def _whole(self):
        """Scored questions that are whole numbers counting themselves: only the product knows which they are."""
        return {item.id for item in self.book.items if item.scored}

    # What the tables expect.

    def expected(self, answers, before=None):
        """The alerts that answers set off."""
        known = self.known(answers, before)
        return {id for id, condition in self.alerts.items() if holds(condition, known)}

    def known(self, answers, before=None):
        """Answers that stand, with what was worked out of them."""
        standing = self.standing(answers)
        last = self.parts(self.standing(before)) if before else {}
        return Known(self.worked(standing), self.total(standing), self.parts(standing), last)

    def standing(self, answers):
        """Answers to questions that are asked."""
        left = dict(answers)
        while gone := [id for id in left if id in self.asked and not holds(self.asked[id], Known(self.worked(left)))]:
            left = {id: value for id, value in left.items() if id not in gone}
        return left

    def worked(self, answers):
        """The answers with the sum of every card: each number by its weight, or once."""
        sums = {}
        for total, card in self.cards.items():
            if card in answers:
                counts = {f"{card}.{key}": Decimal(count) for key, count in answers[card].items()}
                sums[total] = str(sum(count * self.weights.get(key, 1) for key, count in counts.items()))
        return answers | sums

    def parts(self, answers):
        """The score of each answer."""
        found = {id: self.earned(id, value) for id, value in answers.items() if id in self.scored}
        return {id: score for id, score in found.items() if score is not None}

    def earned(self, id, value):
        """What one answer earns."""
        item = self.items[id]
        if item.options:
            words = {option.code: option.text for option in item.options}
            return next(
                (int(row["score"]) for row in self.scores if (row["item"], row["answer"]) == (id, words.get(value))), None
            )
        lines = [row for row in self.scores if row["item"] == id]
        if not lines:
            return int(value)
        spans = [(*map(Decimal, row["answer"].split(" to ")), int(row["score"])) for row in lines]
        return next((score for low, high, score in spans if low <= Decimal(value) <= high), None)

    def total(self, answers):
        """The total, when the form has one and every scored question that is asked is answered."""
        if not any(row["scale"] == "total" for row in self.scales):
            return None
        wanted = [id for id in self.scored if id not in self.asked or holds(self.asked[id], Known(answers))]
        parts = self.parts(answers)
        return sum(parts[id] for id in wanted) if all(id in parts for id in wanted) else None

    def label(self, scale, total):
        """The band of a total."""
        return next(
            (row["label"] for row in self.bands if row["scale"] == scale and int(row["lowest"]) <= total <= int(row["highest"])),
            None,
        )

    # Cases, and where the product differs.

    def wrong(self):
        """Every difference."""
        yield from self.wrong_questions()
        yield from self.wrong_totals()
        yield from self.wrong_falls()
        yield from self.wrong_alerts()

    def wrong_alerts(self):
        """Answers that set off other alerts than the table's."""
        for answers in self.cases():
            found, said = product.raised(self.book, answers), self.expected(answers)
            if found != said:
                yield f"{self.book.id}: {answers} sets off {sorted(found)}, the table says {sorted(said)}"

    def wrong_falls(self):
        """A score that fell since last time, one question at a time."""
        lines = [
            int(rest.split()[-1])
            for text in self.alerts.values()
            for name, _, rest in terms(text)
            if name == "any" and rest.startswith("fell")
        ]
        for id, fall in every(
            sorted(self.scored) if lines else (), {one for line in lines for one in (line - 1, line, line + 1)}
        ):
            now, before = {id: 5}, {id: 5 + fall}
            found, said = product.raised(self.book, now, before), self.expected(now, before)
            if found != said:
                yield f"{self.book.id}: {id} from {before[id]} to 5 sets off {sorted(found)}, the table says {sorted(said)}"

    def wrong_questions(self):
        """Questions that are put, or not put, otherwise than the table says."""
        for id, text in self.asked.items():
            for answers in self.mixtures(text):
                said = holds(text, Known(self.worked(self.standing(answers))))
                if (id in product.asked(self.book, answers)) is not said:
                    yield f"{self.book.id}: {id} is {'not ' if said else ''}asked after {answers}"
        conditional = {item.id for item in self.book.items if item.enable_when is not None}
        yield from (
            f"{self.book.id}: {id} is asked only sometimes, and has no row" for id in sorted(conditional - set(self.asked))
        )

    def wrong_totals(self):
        """Totals, bands and alerts, climbed one answer at a time from the lowest of everything to the highest."""
        for answers in self.climb():
            known = self.known(answers)
            yield from self._wrong_scales(answers, known)
            found, said = product.raised(self.book, answers), self.expected(answers)
            if found != said:
                yield f"{self.book.id}: a total of {known.total} sets off {sorted(found)}, the table says {sorted(said)}"

    def _wrong_scales(self, answers, known):
        scores = dict(product.subscores(self.book, answers))
        if whole := product.score(self.book, answers):
            scores["total"] = whole
        for row in self.scales:
            items = row["items"].split() or None
            total = known.total if items is None else sum(known.parts.get(id, 0) for id in items)
            found = scores.get(row["scale"])
            said = (total, None if total is None else self.label(row["scale"], total))
            if (found and (found.total, found.band.label if found.band else None)) != (said if total is not None else None):
                yield f"{self.book.id}: {row['scale']} of {answers} is {found}, the table says {said}"

    def cases(self):
        """Answers to try, each with what must be answered before."""
        for id in self.items:
            for value in self.values(id):
                yield {**self.before(id), id: value}
        for text in self.alerts.values():
            yield from self.mixtures(text)

    def mixtures(self, text):
        """Answers that meet one clause of a condition, but for one term of it that is answered in every way; and all mixtures."""
        for clause in text.split(" or "):
            met = self._meeting(clause)
            for id in {self.cards.get(id, id) for id in questions(clause)}:
                yield from (met | {id: value} for value in self.values(id))
        yield from islice(self.together(questions(text)), MOST)

    def _meeting(self, clause):
        """Answers that meet every term of a clause about answers, each asked for after what must be answered before."""
        found = {}
        for name, op, rest in terms(clause):
            card = self.cards.get(name, name)
            if card in self.items and card not in found:
                found |= self.before(card) | {card: self._one(card, f"{name} {op} {rest}".strip())}
        return found

    def together(self, ids):
        """Every mixture of answers to these questions, and of what must be answered before."""
        ids = [self.cards.get(id, id) for id in ids]
        for values in every(*(self.values(id) for id in ids)):
            first = {key: value for id in ids for key, value in self.before(id).items()}
            yield {**first, **dict(zip(ids, values, strict=True))}

    def before(self, id):
        """Answers that make a question be asked."""
        if id not in self.asked:
            return dict(ASSUMED.get(self.book.id, {})) if id in self.scored else {}
        return self._meeting(self.asked[id].split(" or ")[0])

    def _one(self, id, term):
        """An answer that meets one term."""
        return next(value for value in [*self.values(id), "2026-11-01"] if holds(term, Known(self.worked({id: value}))))

    def values(self, id):
        """The answers worth trying to one question."""
        item = self.items[id]
        if item.type == "derived":
            return []
        if item.options:
            codes = [option.code for option in item.options]
            several = [option.code for option in item.options if not option.exclusive]
            pairs = [list(pair) for pair in combinations(several, 2)]
            return [*([code] for code in codes), *pairs] if item.type == "multichoice" else codes
        if id in self.cards.values():
            return list(self._cards(id))
        if item.type in ("integer", "number"):
            return self._numbers(id)
        return ["2026-11-01"] if item.type == "date" else []

    def _numbers(self, id):
        """Its bounds, and either side of every line that a table draws."""
        row = self.bounds.get(id)
        low, high, step = (Decimal(row[key] or 1) for key in ("low", "high", "step"))
        texts = [*self.alerts.values(), *self.asked.values()]
        lines = {
            Decimal(word)
            for text in texts
            for name, op, rest in terms(text)
            if name in (id, "total")
            for word in rest.replace(" to ", " ").replace("to ", "").split()
            if _is_number(word)
        }
        lines |= {Decimal(word) for score in self.scores if score["item"] == id for word in score["answer"].split(" to ")}
        tried = {one for line in {low, high, *lines} for one in (line - step, line, line + step) if low <= one <= high}
        whole = self.items[id].type == "integer"
        return [int(one) if whole else str(one) for one in sorted(tried)]

    def _cards(self, id):
        """One number of a card at a time, either side of every line drawn through the sum; or all of them alike."""
        total = next(name for name, card in self.cards.items() if card == id)
        lines = {Decimal(rest) for text in self.alerts.values() for name, _, rest in terms(text) if name == total}
        for key, weight in self.weights.items():
            for count in {(line / weight).to_integral_value() + near for line in lines for near in (-1, 0, 1)}:
                yield {key.removeprefix(f"{id}."): str(count)}
        fields = [key.removeprefix(f"{id}.") for key in self.bounds if key.startswith(f"{id}.")]
        if not self.weights:
            yield from (dict.fromkeys(fields, count) for count in (0, 1, 7))
            yield dict.fromkeys(fields, 0) | {fields[0]: 1}

    def climb(self):
        """Answers from the lowest of everything to the highest, one answer higher at a time."""
        ladders = {id: self._ladder(id) for id in self.items if id in self.scored and self._possible(id)}
        answers = {**ASSUMED.get(self.book.id, {}), **{id: steps[0] for id, steps in ladders.items()}}
        if ladders:
            yield dict(answers)
        for id, steps in ladders.items():
            for value in steps[1:]:
                answers[id] = value
                yield dict(answers)
        yield from ({**ASSUMED.get(self.book.id, {}), **chosen} for chosen in self._every_total(ladders))

    def _every_total(self, ladders):
        """One set of answers for every total that can be reached."""
        reached = {0: {}}
        for id, steps in ladders.items():
            parts = {self.earned(id, value): value for value in steps}
            reached = {total + part: chosen | {id: value} for total, chosen in reached.items() for part, value in parts.items()}
        return reached.values()

    def _possible(self, id):
        """Whether a question can be asked at all with what is assumed of the form."""
        assumed = ASSUMED.get(self.book.id, {})
        return (
            all(holds(f"{name} {op} {rest}", Known(assumed)) for name, op, rest in terms(self.asked[id]) if name in assumed)
            if id in self.asked
            else True
        )

    def _ladder(self, id):
        """The answers to one scored question, the lowest first."""
        item = self.items[id]
        if item.options:
            return sorted((option.code for option in item.options), key=lambda code: self.earned(id, code) or 0)
        lines = [row for row in self.scores if row["item"] == id]
        if not lines:
            row = self.bounds[id]
            return list(range(int(row["low"]), int(row["high"]) + 1))
        spans = sorted(lines, key=lambda row: int(row["score"]))
        return [row["answer"].split(" to ")[0] for row in spans]


def _is_number(word):
    try:
        return Decimal(word).is_finite()
    except ArithmeticError:
        return False


def dangers(rules):
    """Answers by concept that make an arrival dangerous otherwise than the table says."""
    conditions = {rule.code: rule.when for rule in rules}
    known = [(row["danger"], row["known by"]) for row in rows("dangers") if conditions.get(row["danger"])]
    return [
        f"danger {code}: {said} is read otherwise than the table says"
        for code, text in known for said in _said(text)
        if product.holds(conditions[code], said) is not holds(text, Known(said))
    ]  # fmt: skip


def _said(text):
    """One concept at a time: every code that a question of that concept has, and either side of every line."""
    for name, _, rest in terms(text):
        if _is_number(rest):
            yield from ({name: str(Decimal(rest) + near)} for near in (-1, 0, 1))
        else:
            codes = {
                option.code
                for book in product.questionnaires().values()
                for item in book.items
                if item.concept == name
                for option in item.options
            }
            yield from ({name: code} for code in sorted(codes | set(rest.split("|"))))
