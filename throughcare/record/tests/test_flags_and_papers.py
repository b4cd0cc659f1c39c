"""Flags that stand until they end with a reason, incidents that are never refused, and papers whose pages keep their numbers."""

import hashlib
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock, ids
from throughcare.record import actions as record
from throughcare.record.dangers import FLAG_WORDS, document_kinds, flag_kinds, incident_kinds
from throughcare.record.models import Document, DocumentPage, Flag, Incident
from throughcare.record.rules import papers
from throughcare.record.tests.writing import ACTS, DAY, HOUR, NURSE, write

pytestmark = pytest.mark.usefixtures("evening")


@pytest.fixture
def nurse(house):
    with acting(house[NURSE]) as actor:
        yield actor


def flag(man, by, **more):
    return write(ACTS["a flag"], man, by, **more)


def ends(one, by, why="Reviewed with the team."):
    return record.end_flag(flag=one, why=why, at=clock.now(), by=by)


class TestAFlag:
    @pytest.mark.parametrize("kind", sorted(flag_kinds()))
    def test_of_each_kind_can_be_put_up(self, man, nurse, kind):
        assert flag(man, nurse, kind=kind).kind == kind

    @pytest.mark.parametrize("wrong", [{"kind": "mood"}, {"words": ""}, {"words": " \n"}])
    def test_that_says_nothing_is_refused(self, man, nurse, wrong):
        with pytest.raises(record.SayWhatToKnow, match="write in a few words what everybody must know"):
            flag(man, nurse, **wrong)
        assert not Flag.objects.exists()

    def test_that_ends_says_why_and_what_it_said(self, man, nurse):
        ended = ends(flag(man, nurse, words="Cuts"), nurse)
        assert (ended.ended, ended.words) == (True, "Cuts (ended: Reviewed with the team.)")
        assert Fact.objects.get(kind="record.FlagEnded").kept == {"flag": str(ended.id), "kind": "self_harm"}

    def test_that_ends_keeps_its_source(self, man, nurse):
        source = ids.new()
        assert ends(flag(man, nurse, source=source), nurse).source == source

    @pytest.mark.parametrize("why", ["", "  "])
    def test_does_not_end_without_a_reason(self, man, nurse, why):
        one = flag(man, nurse)
        with pytest.raises(record.SayWhyItEnds, match="Write why the flag ends"):
            ends(one, nurse, why)
        assert not Flag.objects.filter(ended=True).exists()

    def test_that_has_ended_does_not_end_again(self, man, nurse):
        ended = ends(flag(man, nurse), nurse)
        with pytest.raises(record.AlreadyCorrected):
            ends(ended, nurse)

    def test_ended_by_two_is_ended_once(self, man, nurse):
        one = flag(man, nurse)
        ends(one, nurse)
        with pytest.raises(record.AlreadyCorrected):
            ends(one, nurse, "By me too")
        assert Flag.objects.filter(ended=True).count() == 1

    def test_of_the_longest_words_has_room_for_a_reason(self, man, nurse):
        one = flag(man, nurse, words="x" * FLAG_WORDS)
        room = Flag._meta.get_field("words").max_length - FLAG_WORDS - len(" (ended: )")
        assert room >= 60
        with pytest.raises(record.TooLong):
            ends(one, nurse, "y" * (room + 1))
        assert ends(one, nurse, "y" * room).words.endswith(f"(ended: {'y' * room})")

    def test_is_put_up_and_ended_only_by_who_may(self, house, man):
        with acting(house[NURSE]) as by:
            one = flag(man, by)
        with (
            acting(house["LEI administrator"]) as other,
            pytest.raises(Exception, match=r"^As healthcare administrator you cannot"),
        ):
            ends(one, other)


class TestAnIncident:
    @pytest.mark.parametrize("kind", sorted(incident_kinds()))
    @pytest.mark.parametrize("harm", Incident.Harm.values)
    def test_of_each_kind_and_harm_is_written(self, man, nurse, kind, harm):
        row = write(ACTS["an incident"], man, nurse, kind=kind, harm=harm)
        kept = Fact.objects.get(kind="record.IncidentRecorded").kept
        assert kept == {"incident": str(row.id), "kind": kind, "harm": harm}

    @pytest.mark.parametrize("wrong", [{"kind": "x"}, {"harm": "some"}, {"harm": ""}, {"words": ""}, {"words": "\n"}])
    def test_without_kind_harm_or_words_is_refused(self, man, nurse, wrong):
        with pytest.raises(record.SayWhatHappened, match="Choose what kind of incident it was and the harm"):
            write(ACTS["an incident"], man, nurse, **wrong)

    def test_happened_before_he_came_here_all_the_same(self, man, nurse, evening):
        assert write(ACTS["an incident"], man, nurse, 400 * DAY).happened_at == evening - 400 * DAY

    def test_need_not_say_what_was_done(self, man, nurse):
        assert write(ACTS["an incident"], man, nurse, done="").done == ""


PDF, JPEG = b"%PDF-1.7 ...", b"\xff\xd8\xff\xe0 ..."


def paper(man, by, **more):
    return write(ACTS["a paper"], man, by, **more)


def pages(one):
    return list(DocumentPage.objects.current().filter(document=one).order_by("number").values_list("number", "words"))


class TestAPaper:
    @pytest.mark.parametrize("content, kind", [(PDF, papers.PDF), (JPEG, papers.JPEG), (b"Seen. Well.", papers.TEXT)])
    def test_is_kept_byte_for_byte_with_its_hash(self, man, nurse, content, kind):
        row = paper(man, nurse, content=content, words="")
        row.refresh_from_db()
        assert (bytes(row.content), row.media_type, row.sha256) == (content, kind, hashlib.sha256(content).hexdigest())

    def test_of_plain_text_gives_its_own_words(self, man, nurse):
        row = paper(man, nurse, content=b"One.\fTwo \xe9.", words="")
        assert pages(row) == [(1, "One."), (2, "Two é.")]

    def test_with_words_typed_beside_its_file_has_those(self, man, nurse):
        assert pages(paper(man, nurse, content=PDF, words="Typed.")) == [(1, "Typed.")]

    @pytest.mark.parametrize("wrong", [
        {"kind": "novel"}, {"title": " "}, {"words": "", "content": b""}, {"words": " \f ", "content": b""},
    ])  # fmt: skip
    def test_without_kind_title_or_anything_in_it_is_refused(self, man, nurse, wrong):
        with pytest.raises(record.NameThePaper, match="Give the paper a title, say what it is, and add its file or its words"):
            paper(man, nurse, **wrong)
        assert not Document.objects.exists()

    @pytest.mark.parametrize("content", [b"MZ\x90\0", b"\x89PNG\r\n\x1a\n\0", b"<html>\0"])
    def test_of_another_kind_of_file_is_refused_whatever_it_is_called(self, man, nurse, content):
        with pytest.raises(record.NotAPaper, match="Print it to PDF, or paste its words"):
            paper(man, nurse, content=content)

    def test_of_five_megabytes_is_kept_and_of_one_byte_more_is_not(self, man, nurse):
        most = PDF.ljust(record.AT_MOST, b"x")
        assert len(bytes(paper(man, nurse, content=most).content)) == record.AT_MOST
        with pytest.raises(record.TooLarge, match="larger than 5 MB"):
            paper(man, nurse, content=most + b"x")

    @pytest.mark.parametrize("kind", sorted(document_kinds()))
    def test_of_each_kind_is_a_fact_with_the_number_of_its_pages(self, man, nurse, kind):
        row = paper(man, nurse, kind=kind, words="One.\fTwo.\f")
        kept = Fact.objects.get(kind="record.DocumentAdded").kept
        assert kept == {"document": str(row.id), "kind": kind, "pages": 2}


class TestPages:
    def test_typed_later_go_on_where_the_last_ended(self, man, nurse):
        row = paper(man, nurse, words="One.\f\fThree.")
        assert record.add_pages(document=row, words="Four.\fFive.", by=nurse) == 5
        assert [number for number, _ in pages(row)] == [1, 2, 3, 4, 5]
        assert Fact.objects.get(kind="record.PagesAdded").kept == {"document": str(row.id), "pages": 2}

    def test_of_a_paper_that_had_only_a_file_begin_at_one(self, man, nurse):
        row = paper(man, nurse, words="", content=PDF)
        assert record.add_pages(document=row, words="One.", by=nurse) == 1

    def test_happened_when_the_paper_did_and_were_written_now(self, man, nurse, evening):
        row = write(ACTS["a paper"], man, nurse, 30 * DAY)
        with clock.at(evening + HOUR):
            record.add_pages(document=row, words="Two.", by=nurse)
        page = DocumentPage.objects.get(document=row, number=2)
        assert (page.happened_at, page.written_at) == (evening - 30 * DAY, evening + HOUR)

    @pytest.mark.parametrize("words", ["", " ", "\f\f"])
    def test_without_words_are_refused(self, man, nurse, words):
        row = paper(man, nurse)
        with pytest.raises(record.NameThePaper):
            record.add_pages(document=row, words=words, by=nurse)
        with pytest.raises(record.NameThePaper):
            record.correct_page(page=DocumentPage.objects.get(document=row), words=words.replace("\f", ""), by=nurse)

    def test_put_right_keep_the_words_before(self, man, nurse):
        row = paper(man, nurse, words="Alergic to nothing.")
        first = DocumentPage.objects.get(document=row)
        record.correct_page(page=first, words="Allergic to penicillin.", by=nurse)
        assert pages(row) == [(1, "Allergic to penicillin.")]
        assert DocumentPage.objects.filter(document=row).count() == 2
        with pytest.raises(record.AlreadyCorrected):
            record.correct_page(page=first, words="Allergic.", by=nurse)

    def test_of_one_number_are_one(self, man, nurse):
        row = paper(man, nurse)
        with pytest.raises(IntegrityError, match="a_page_once"), transaction.atomic():
            DocumentPage.objects.create(
                patient_id=man.id, document=row, number=1, words="x", establishment="LEI", happened_at=clock.now(),
                written_at=clock.now(), written_by=nurse.id, written_by_name=nurse.name,
            )  # fmt: skip

    def test_typed_by_two_at_once_are_all_there_each_under_its_own_number(self, committing_db, house, man):
        moment, both, came_to = clock.now(), Barrier(2), []
        with acting(house[NURSE]) as by:
            row = paper(man, by)

        def types(words):
            try:
                with clock.at(moment), acting(house[NURSE]) as by:
                    both.wait(10)
                    came_to.append(record.add_pages(document=row, words=words, by=by))
            except Exception as refusal:
                came_to.append(refusal)
            finally:
                connection.close()

        threads = [Thread(target=types, args=[words]) for words in ("Mine.", "Theirs.")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        with acting(house[NURSE]):
            held = pages(row)
        assert not [one for one in came_to if isinstance(one, Exception)]
        assert [number for number, _ in held] == [1, 2, 3] and {words for _, words in held} == {"Asthma.", "Mine.", "Theirs."}


class TestPaperRules:
    @pytest.mark.parametrize("text, cut", [
        ("One.\fTwo.", ["One.", "Two."]), ("One.\f\fThree.", ["One.", "", "Three."]), ("One.\f\f", ["One."]),
        ("\fTwo.", ["", "Two."]), (" One.\r\n Two. ", ["One.\n Two."]), ("", []), ("\f \f", []),
    ])  # fmt: skip
    def test_a_blank_page_keeps_its_number_and_a_blank_end_does_not(self, text, cut):
        assert papers.pages_of(text) == cut

    def test_a_page_that_is_too_long_goes_on_as_the_next_and_loses_nothing(self):
        whole = "x" * papers.LONGEST_PAGE + "y"
        assert papers.pages_of(whole) == [whole[:-1], "y"]

    @pytest.mark.parametrize("content, words", [
        (b"plain", "plain"), (b"\xef\xbb\xbfmarked", "marked"), (b"caf\xe9", "café"), ("café".encode(), "café"),
        (b"\x93quoted\x94", "“quoted”"), (b"tab\tline\r\n", "tab\tline\r\n"), (b"bell\x07", None), (b"nul\0", None),
        (b"\x81", None),
    ])  # fmt: skip
    def test_text_is_read_as_older_systems_print_it_too(self, content, words):
        assert papers.words_of(content) == words
