"""Questions answered: QuestionnaireResponse, Answer, Score. The questions themselves are rulebook files."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from throughcare.core import ids, laws
from throughcare.patients.models import Patient
from throughcare.patients.models.written import Written

# An answer with a text that is no code is somebody's words: a code has neither blanks nor capitals.
IN_WORDS = """EXISTS (SELECT 1 FROM jsonb_path_query(r.value, 'strict $.**') v
              WHERE jsonb_typeof(v) = 'string' AND v #>> '{}' !~ '^[a-z0-9_.:+-]*$')"""


class QuestionnaireResponse(models.Model):
    """One instrument, asked on one occasion (such as a screen, whose key it carries), in one version."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    occasion = models.UUIDField()
    instrument = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    content_hash = models.CharField(max_length=64)
    opened_at = models.DateTimeField()

    law = laws.clinical(
        line=False,
        why="a form that was opened: its answers and scores have lines",
        codes=("instrument", "version", "content_hash"),
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_response_an_occasion", fields=["occasion", "instrument"]),
        ]


class Answer(Written):
    """One answer to one question; another answer is another row with the next number, and the latest counts."""

    response = models.ForeignKey(QuestionnaireResponse, on_delete=models.PROTECT)
    item = models.CharField(max_length=60)
    concept = models.CharField(max_length=60, blank=True)
    value = models.JSONField()
    seq = models.PositiveIntegerField()

    law = laws.clinical(
        words=("value",), code="item", codes=("concept",), rows=IN_WORDS, latest_of=("response_id", "item"), beside=("response",)
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="answers_take_turns", fields=["response", "item", "seq"]),
            models.CheckConstraint(name="answers_count_from_one", condition=Q(seq__gte=1)),
        ]
        indexes: ClassVar = [models.Index(name="answers_by_concept", fields=["patient", "concept"])]


class Score(Written):
    """A total, with everything needed to work it out again (L7): instrument, version, hash and the answers used."""

    response = models.ForeignKey(QuestionnaireResponse, on_delete=models.PROTECT)
    instrument = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    content_hash = models.CharField(max_length=64)
    total = models.IntegerField()
    inputs = models.JSONField()

    law = laws.clinical(
        line=False, why="its total is an Observation, which has a line", codes=("instrument", "version", "content_hash"),
        excused={"inputs": "copies of answers"},
    )  # fmt: skip

    class Meta:
        indexes: ClassVar = [models.Index(name="scores_of", fields=["patient", "instrument", "happened_at"])]


class Completion(Written):
    """How a signed response came about (4.2): who asked, how it was answered, in which language, and whether in withdrawal.

    `withdrawal` is None where nobody had to say. A form is completed once; a correction is a new response.
    """

    class Mode(models.TextChoices):
        SELF = "self", "Filled in by the person"
        INTERVIEW = "interview", "Asked by a member of staff"
        INTERPRETER = "interpreter", "Asked through an interpreter"

    response = models.OneToOneField(QuestionnaireResponse, on_delete=models.PROTECT)
    mode = models.CharField(max_length=12, choices=Mode.choices)
    language = models.CharField(max_length=60, blank=True)
    withdrawal = models.BooleanField(null=True)

    law = laws.clinical(line=False, why="how a form was answered: shown with the form", excused={"language": "a language"})

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="completed_in_a_known_way", condition=Q(mode__in=["self", "interview", "interpreter"])),
        ]
