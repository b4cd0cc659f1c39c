"""Who he is: the page, the forms that keep what was typed, and a photo that is only ever a picture."""

import io

import pytest
from django.test import Client
from PIL import Image

from throughcare.access.acting import acting
from throughcare.audit.models import Access
from throughcare.patients.models import Name, Photo


@pytest.fixture
def client(house):
    return house.sign_in(Client(), "LEI reception_nurse")


def drawn(form="JPEG", size=(300, 400), **options):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, form, **options)
    return out.getvalue()


def upload(client, man, data, name="face.jpg"):
    file = io.BytesIO(data)
    file.name = name
    return client.post(f"/patients/{man.id}/identity/photo/", {"photo": file, "source": "seen"})


def page(client, man, part=""):
    return client.get(f"/patients/{man.id}/{part}").content.decode()


class TestThePage:
    def test_shows_each_thing_with_its_source_and_both_times(self, house, client, amir):
        said = page(client, amir, "identity/")
        assert "Recorded name" in said and "Amir Khan" in said and "A4711KH" in said
        assert "Prison record" in said and "written" in said

    @pytest.mark.parametrize("noun, typed, shown", [
        ("names", {"use": "alias", "family_name": "Reid", "given_names": "Tony", "source": "told"}, "Tony Reid"),
        ("numbers", {"system": "pnc", "typed": "2019/0012345x", "source": "police"}, "2019/0012345X"),
        ("needs", {"code": "wheelchair", "detail": "Own chair", "source": "seen"}, "Own chair"),
        ("characteristics", {"said": "ethnicity:J", "source": "told"}, "Pakistani"),
        ("contacts", {"relation": "next_of_kin", "name": "Nasreen Khan", "source": "told"}, "Nasreen Khan"),
    ])  # fmt: skip
    def test_each_thing_is_added_from_it(self, client, amir, noun, typed, shown):
        answer = client.post(f"/patients/{amir.id}/identity/{noun}/", typed)
        assert answer.status_code == 302, answer.content.decode()
        assert shown in page(client, amir, "identity/")

    @pytest.mark.parametrize("noun, typed, kept, sentence", [
        ("names", {"use": "alias", "family_name": "", "given_names": "", "source": "told"}, "told", "Enter a family name"),
        ("numbers", {"system": "crn", "typed": "12345", "source": "told"}, "12345", "looks like X123456"),
        ("names", {"use": "", "family_name": "Reid", "source": "told"}, "Reid", "Choose what kind"),
        ("names", {"use": "alias", "family_name": "Reid", "date_of_birth": "soon", "source": "told"}, "soon",
         "day, month and year"),
        ("characteristics", {"said": "ethnicity:QQ", "source": "told"}, "told", "Choose an answer"),
    ])  # fmt: skip
    def test_what_cannot_be_taken_is_kept_with_a_sentence(self, client, amir, noun, typed, kept, sentence):
        answer = client.post(f"/patients/{amir.id}/identity/{noun}/", typed)
        said = answer.content.decode()
        assert answer.status_code == 422 and sentence in said and f'value="{kept}"' in said

    def test_a_name_is_corrected_from_its_own_line(self, house, client, amir):
        client.post(f"/patients/{amir.id}/identity/names/", {"use": "alias", "family_name": "Reed", "source": "told"})
        with acting(house.nurse):
            row = Name.objects.get(patient=amir.id, use="alias")
        form = client.get(f"/patients/{amir.id}/identity/names/?row={row.id}").content.decode()
        assert 'value="Reed"' in form and str(row.id) in form
        client.post(f"/patients/{amir.id}/identity/names/",
                    {"use": "alias", "family_name": "Reid", "source": "told", "corrects": str(row.id)})  # fmt: skip
        assert "Reid" in page(client, amir, "identity/") and "Reed" not in page(client, amir, "identity/")

    def test_needs_and_aliases_are_in_the_banner_of_every_page(self, client, amir):
        client.post(f"/patients/{amir.id}/identity/needs/", {"code": "hearing", "detail": "left ear", "source": "told"})
        client.post(f"/patients/{amir.id}/identity/names/", {"use": "nickname", "given_names": "Ace", "source": "told"})
        for part in ("identity/", "encounters/new/?kind=early_days_check"):
            assert "Hard of hearing: left ear" in page(client, amir, part) and "Also Ace" in page(client, amir, part)

    def test_of_another_prison_is_nothing_here(self, house, amir):
        other = house.sign_in(Client(), "MDI reception_nurse")
        for part in ("identity/", "identity/names/", "photo/", "merge/"):
            assert other.get(f"/patients/{amir.id}/{part}").status_code in (403, 404)


class TestAPhoto:
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
    def test_is_drawn_anew_and_shown_on_every_page(self, house, client, amir, form):
        sent = drawn(form)
        assert upload(client, amir, sent).status_code == 302
        assert f'src="/patients/{amir.id}/photo/?v=' in page(client, amir, "identity/")
        answer = client.get(f"/patients/{amir.id}/photo/")
        assert answer.content != sent and answer.content[:3] == b"\xff\xd8\xff" and len(answer.content) <= 200_000
        assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
        assert answer["Cache-Control"] == "no-store"

    def test_that_was_looked_at_leaves_a_trace(self, house, client, amir):
        upload(client, amir, drawn())
        client.get(f"/patients/{amir.id}/photo/")
        with acting(house.nurse):
            assert Access.objects.filter(page="photo", patients__contains=[amir.id]).count() == 1

    @pytest.mark.parametrize("bad", [
        b"<script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html></html>",
        b"GIF89a/*" + b"\0" * 80, b"", b"\xff\xd8\xff\xe0 not really", drawn() + b"<script>alert(1)</script>",
        drawn()[:200], drawn(size=(10, 10)), b"%PDF-1.7" + drawn(),
    ], ids=["script", "svg", "html", "gif", "empty", "fake", "polyglot", "cut", "tiny", "pdf"])  # fmt: skip
    def test_that_is_none_meets_a_sentence_and_changes_nothing(self, house, client, amir, bad):
        answer = upload(client, amir, bad)
        assert answer.status_code == 422 and "photo" in answer.content.decode()
        with acting(house.nurse):
            assert not Photo.objects.filter(patient=amir.id).exists()

    def test_that_would_fill_the_memory_is_refused_by_its_header(self, house, client, amir):
        out = io.BytesIO()
        Image.new("1", (20_000, 20_000)).save(out, "PNG")
        assert len(out.getvalue()) < 100_000 and upload(client, amir, out.getvalue()).status_code == 422

    def test_of_nobody_is_not_found(self, client, amir):
        assert client.get(f"/patients/{amir.id}/photo/").status_code == 404
