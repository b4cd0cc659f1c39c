"""Emergencies, their reviews and bars: what opens, for how long, which sentence says no; pictures, which are only pictures."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock, ids
from throughcare.core.refusals import NotAllowed
from throughcare.demo import people
from throughcare.patients import actions as patients
from throughcare.patients import pictures, queries, seeing
from throughcare.patients.models import BREAK_GLASS, OVER_BAR, Bar, BreakGlass, Patient

HOUR = timedelta(hours=1)
PRESCRIBER, LEAD = "MDI prescriber", "LEI information_governance_lead"
ENOUGH = "Collapsed on the landing, not breathing."


def breaks(man, by, reason=BreakGlass.Reason.LIFE_AT_RISK, words=ENOUGH):
    return patients.break_glass(patient=man.id, reason=reason, words=words, at=clock.now(), by=by)


def seen(man):
    return Patient.objects.filter(id=man.id).exists()


class TestBreakingGlass:
    def test_opens_the_record_to_this_person_alone_and_leaves_a_fact(self, house, man):
        with acting(house[PRESCRIBER]) as by:
            assert not seen(man)
            glass = breaks(man, by)
        with acting(house[PRESCRIBER]):
            assert seen(man) and seeing.open_until(man.id) is not None
            kept = Fact.objects.get(kind="patients.GlassBroken").kept
            assert kept == {"glass": str(glass.id), "reason": "life_at_risk", "over_bar": False}
        with acting(house.other):
            assert not seen(man)

    def test_closes_when_the_minutes_of_the_book_are_over(self, house, man):
        with acting(house[PRESCRIBER]) as by:
            glass = breaks(man, by)
            assert glass.until - glass.at == BREAK_GLASS and OVER_BAR < BREAK_GLASS

    @pytest.mark.parametrize("reason, words", [
        ("", ENOUGH), ("curious", ENOUGH), ("life_at_risk", ""), ("life_at_risk", "asdf"), ("life_at_risk", " " * 40),
        ("life_at_risk", "ninechars"),
    ])  # fmt: skip
    def test_for_no_reason_that_somebody_could_review_opens_nothing(self, house, man, reason, words):
        with acting(house[PRESCRIBER]) as by:
            with pytest.raises(patients.GlassNeedsReason, match=r"say in a few words what is happening\. Somebody will read it"):
                breaks(man, by, reason, words)
            assert not seen(man) and not BreakGlass.objects.exists()

    def test_over_nobody_says_no_more_than_over_somebody_out_of_reach(self, house, man):
        with acting(house[PRESCRIBER]) as by, pytest.raises(patients.NobodyThere, match="There is nothing here for you"):
            breaks(Patient(id=ids.new()), by)

    def test_is_not_for_every_role(self, house, man):
        with acting(house["MDI administrator"]) as by, pytest.raises(NotAllowed):
            breaks(man, by)

    @pytest.mark.parametrize("reason", [reason for reason in BreakGlass.Reason.values if reason != "life_at_risk"])
    def test_past_a_bar_is_only_for_a_life_at_risk(self, house, man, reason):
        with acting(house.nurse) as by:
            patients.declare_relationship(patient=man.id, why="My cousin", at=clock.now(), by=by)
        with acting(house.nurse) as by:
            with pytest.raises(patients.BarredFromThisPerson, match=r"^This record is closed to you"):
                breaks(man, by, reason)
            glass = breaks(man, by)
            assert glass.over_bar and glass.until - glass.at == OVER_BAR


class TestTheReview:
    @pytest.fixture
    def glass(self, house, man):
        with acting(house[PRESCRIBER]) as by:
            return breaks(man, by)

    def reviews(self, glass, by, verdict="justified"):
        return patients.review_glass(glass=glass, verdict=verdict, words="Right to look.", at=clock.now(), by=by)

    def test_is_by_somebody_else_and_once(self, house, glass):
        lead = house["MDI information_governance_lead"]
        with acting(lead):
            assert [row.id for row in seeing.queue()] == [glass.id]
            review = self.reviews(glass, lead)
            assert (review.written_by, list(seeing.queue())) == (lead.id, [])
            with pytest.raises(patients.AlreadyReviewed, match="Reload the page to see what they said"):
                self.reviews(glass, lead)
            assert Fact.objects.filter(kind="patients.GlassReviewed").count() == 1

    def test_is_not_for_those_who_give_care(self, house, glass):
        with acting(house.other) as by, pytest.raises(NotAllowed):
            self.reviews(glass, by)


class TestABar:
    def test_declared_of_oneself_closes_the_record_at_once(self, house, man):
        with acting(house.nurse) as by:
            patients.declare_relationship(patient=man.id, why="My cousin", at=clock.now(), by=by)
        with acting(house.nurse):
            assert not seen(man)
        with acting(house["LEI nurse_in_charge"]):
            assert seen(man)

    @pytest.mark.parametrize("why", ["", " \n"])
    def test_says_why(self, house, man, why):
        with acting(house.nurse) as by:
            with pytest.raises(patients.BarNeedsReason, match="Only you and the information governance lead will read it"):
                patients.declare_relationship(patient=man.id, why=why, at=clock.now(), by=by)
            assert seen(man)

    def test_declared_twice_is_one(self, house, man):
        with acting(house.nurse) as by:
            first = patients.declare_relationship(patient=man.id, why="My cousin", at=clock.now(), by=by)
            assert patients.declare_relationship(patient=man.id, why="Still", at=clock.now(), by=by).id == first.id
            assert Fact.objects.filter(kind="patients.BarSet").count() == 1

    def test_is_lifted_by_somebody_else_with_a_reason_and_once(self, house, man):
        with acting(house.nurse) as by:
            bar = patients.declare_relationship(patient=man.id, why="My cousin", at=clock.now(), by=by)
        with acting(house[LEAD]) as lead:
            with pytest.raises(patients.BarNeedsReason):
                patients.lift_bar(bar=bar, why=" ", at=clock.now(), by=lead)
            patients.lift_bar(bar=bar, why="Another man of that name.", at=clock.now(), by=lead)
            with pytest.raises(patients.AlreadyLifted, match="Somebody has ended this already"):
                patients.lift_bar(bar=bar, why="Me too.", at=clock.now(), by=lead)
        with acting(house.nurse):
            assert seen(man) and not Bar.objects.live().exists()

    def test_is_not_lifted_by_whom_it_keeps_out(self, house, man):
        with acting(house[LEAD]) as by:
            bar = patients.declare_relationship(patient=man.id, why="I know him", at=clock.now(), by=by)
            with pytest.raises(patients.LiftedByAnother, match="This closes the record to you yourself"):
                patients.lift_bar(bar=bar, why="Never mind.", at=clock.now(), by=by)
            assert not Bar.objects.filter(lifted=True).exists()

    def test_leaves_why_out_of_the_trail(self, house, man):
        with acting(house.nurse) as by:
            patients.declare_relationship(patient=man.id, why="Zqcousin", at=clock.now(), by=by)
            assert "Zqcousin" not in str(list(Fact.objects.values_list("kept", flat=True)))


class TestWhoIsHere:
    def test_by_name_and_birth_is_somebody_here_and_nobody_who_left(self, house, man):
        asked = ("LEI", "TIERNEY", "joseph", people.JOE.born)
        with acting(house.nurse):
            assert queries.here_by_name_and_birth(*asked).id == man.id
            assert queries.here_by_name_and_birth("LEI", "Tierney", "Joseph", None) is None
        scenes.released(people.JOE)
        with acting(house.nurse):
            assert queries.here_by_name_and_birth(*asked) is None

    def test_in_two_places_under_two_bookings_are_named_but_for_the_one_asked_about(self, house, man):
        other = scenes.received(scenes.OMAR)
        scenes.joined(house, other, man)
        with acting(scenes.feed("LEI")):
            assert queries.other_places(man.id) == {"LEI"}

    def test_whom_nobody_matched_wait_for_a_person(self, house):
        with acting(house.nurse) as by:
            patients.receive_unbooked(
                family_name="Brennan", given_names="Kyle", date_of_birth=people.KYLE.born, arrived_at=clock.now(), by=by
            )
        with acting(scenes.feed("LEI")):
            assert queries.unmatched_here("LEI") == []
        scenes.moved(people.KYLE, "received", "NEW_ADMISSION", clock.now())
        with acting(house.nurse):
            assert [row.prison_number for row in queries.unmatched_here("LEI")] == [people.KYLE.prison_number]


def picture(size=(400, 500), kind="PNG", **more):
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind, **more)
    return out.getvalue()


class TestAPicture:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_is_drawn_anew_small_enough_to_keep(self, kind):
        made, most = pictures.redrawn(picture((2000, 3000), kind)), pictures.BOOK.current()
        with Image.open(io.BytesIO(made.image)) as drawn:
            assert drawn.format == "JPEG" and drawn.size == (made.width, made.height)
            assert max(drawn.size) <= most.longest_side and abs(drawn.width / drawn.height - 2 / 3) < 0.01
        assert len(made.image) <= most.largest_kept_bytes

    def test_carries_nothing_but_its_pixels(self):
        exif = Image.Exif()
        exif[0x010E] = "Zq taken at 12 Acacia Avenue"
        made = pictures.redrawn(picture(kind="JPEG", exif=exif))
        assert b"Acacia" not in made.image

    def test_stands_upright_whichever_way_the_camera_was_held(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        made = pictures.redrawn(picture((500, 400), "JPEG", exif=exif))
        assert made.width < made.height

    @pytest.mark.parametrize("upload, refusal", [
        (b"", pictures.NotAPicture), (b"not a picture", pictures.NotAPicture), (picture()[:200], pictures.NotAPicture),
        (picture() + b"<script>alert(1)</script>", pictures.NotAPicture), (picture() + b"%PDF-1.7", pictures.NotAPicture),
        (b"<svg onload=x>", pictures.NotAPicture), (picture(kind="GIF"), pictures.NotAPicture),
        (picture((20, 20)), pictures.PictureTooSmall), (b"\x89PNG".ljust(9_000_000, b"x"), pictures.PictureTooLarge),
    ], ids=["nothing", "words", "half", "script", "paper", "drawing", "gif", "tiny", "huge"])  # fmt: skip
    def test_that_is_none_or_too_much_is_refused(self, upload, refusal):
        with pytest.raises(refusal):
            pictures.redrawn(upload)
