"""The feed by hand says what became of it: of a file, of the queue, of the roll of each prison."""

import json
import time
from datetime import timedelta

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests import scenes
from throughcare.access.acting import acting
from throughcare.config import cli
from throughcare.config.commands import feeding
from throughcare.config.commands.problem import Problem
from throughcare.core import clock
from throughcare.custody.models import Movement
from throughcare.demo import emulator, people
from throughcare.hmpps.actions import Tally
from throughcare.hmpps.models import RollCheck
from throughcare.hmpps.queue import Queue


def line(man=people.AMIR):
    return emulator.event(
        man, kind="received", reason="NEW_ADMISSION", at=clock.now().replace(microsecond=0) - timedelta(hours=1)
    )


@pytest.fixture
def prisoners(tmp_path):
    """A file in the prisoner-search shape: two men, both at Leeds."""
    told = tmp_path / "prisoners.jsonl"
    told.write_text("\n".join(json.dumps(emulator.prisoner(one.prison_number)) for one in (people.AMIR, people.DANNY)))
    return str(told)


def given(tally):
    """What the queue answers; or somebody presses Ctrl+C."""
    if tally is KeyboardInterrupt:
        raise tally
    return tally


def came():
    with acting(scenes.feed("LEI")):
        return set(Movement.objects.values_list("prisoner__prison_number", flat=True))


class TestAFile:
    def test_is_taken_line_by_line_and_twice_changes_nothing(self, house, tmp_path, prisoners, capsys):
        said = tmp_path / "events.jsonl"
        said.write_text(f"{line()}\n\n{{\n{line(people.DANNY)}\n")
        assert feeding.do(str(said), prisoners=prisoners) == feeding.do(str(said), prisoners=prisoners) == 0
        first, again = capsys.readouterr().out.splitlines()
        assert first == "2 taken, 0 repeated, 1 parked." and again == "0 taken, 3 repeated, 0 parked."
        assert came() == {people.AMIR.prison_number, people.DANNY.prison_number}

    def test_may_come_down_a_pipe(self, house, prisoners, monkeypatch, capsys):
        monkeypatch.setattr("sys.stdin", [line()])
        assert feeding.do("-", prisoners=prisoners) == 0
        assert capsys.readouterr().out == "1 taken, 0 repeated, 0 parked.\n"

    def test_that_cannot_be_read_is_one_sentence(self, tmp_path, prisoners):
        (tmp_path / "picture").write_bytes(b"\xff\xd8\xff")
        for name, words in (("nowhere", "No such file"), ("picture", "cannot be read"), ("", "Is a directory")):
            with pytest.raises(Problem, match=words):
                feeding.do(str(tmp_path / name), prisoners=prisoners)

    def test_needs_a_search_that_can_be_asked(self, house, tmp_path, settings):
        settings.PRISONER_SEARCH = ""
        (tmp_path / "events").write_text(line())
        (tmp_path / "names").write_text("Khan, Amir\n")
        for given, words in ((None, "No prisoner search is set"), (str(tmp_path / "names"), "not JSON lines")):
            with pytest.raises(Problem, match=f"The messages were not taken: .*{words}"):
                feeding.do(str(tmp_path / "events"), prisoners=given)
        assert came() == set()


class TestTheQueue:
    @pytest.fixture
    def queue(self, settings, monkeypatch):
        """A queue of a server that speaks SQS, as the settings name it."""
        held = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        held.start()
        host, port = held.get_host_and_port()
        settings.SQS_ENDPOINT, settings.SQS_REGION = f"http://{host}:{port}", "eu-west-2"
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        client = boto3.client("sqs", endpoint_url=settings.SQS_ENDPOINT, region_name=settings.SQS_REGION)
        settings.SQS_QUEUE = client.create_queue(QueueName=f"feed-{time.monotonic_ns()}")["QueueUrl"]
        yield client
        held.stop()

    def test_is_taken_until_it_is_empty(self, house, queue, settings, prisoners, capsys):
        queue.send_message(QueueUrl=settings.SQS_QUEUE, MessageBody=line())
        assert feeding.do("sqs", prisoners=prisoners, once=True) == 0
        assert capsys.readouterr().out == "1 taken, 0 repeated, 0 parked.\n" and came() == {people.AMIR.prison_number}

    def test_that_is_not_there_is_one_sentence(self, queue, settings, prisoners):
        settings.SQS_QUEUE += "-of-nobody"
        with pytest.raises(Problem, match=r"The queue cannot be asked: .* Check its address, the region and the credentials\."):
            feeding.do("sqs", prisoners=prisoners, once=True)

    def test_is_watched_until_somebody_stops_it(self, settings, prisoners, monkeypatch, capsys):
        settings.SQS_QUEUE, settings.SQS_REGION = "https://queue.invalid/1/feed", "eu-west-2"
        asked = iter([Tally(taken=2), None, Tally(parked=1), KeyboardInterrupt])
        monkeypatch.setattr(Queue, "take", lambda queue: given(next(asked)))
        assert feeding.do("sqs", prisoners=prisoners) == 0
        said = capsys.readouterr().out.splitlines()
        assert said == ["2 taken, 0 repeated, 0 parked.", "0 taken, 0 repeated, 1 parked.", "Stopped."]

    def test_that_nobody_named_is_one_sentence(self, settings, prisoners):
        settings.SQS_QUEUE = ""
        with pytest.raises(Problem, match="No queue is set"):
            feeding.do("sqs", prisoners=prisoners, once=True)


class TestTheRoll:
    def test_of_one_prison_is_compared(self, house, prisoners, capsys):
        scenes.received(people.AMIR)
        assert feeding.do("roll", prisoners=prisoners, prison="LEI") == 0
        assert capsys.readouterr().out == "LEI: 2 on the roll, 1 here, 1 differences.\n"
        with acting(scenes.feed("LEI")):
            assert RollCheck.objects.get().differences == 1

    def test_that_one_prison_cannot_give_spoils_no_other_and_is_an_exit_code(self, house, prisoners, capsys):
        scenes.received(people.AMIR)
        assert feeding.do("roll", prisoners=prisoners) == 1
        said = capsys.readouterr().out.splitlines()
        assert said[0].startswith("LEI: 2 on the roll") and said[1].startswith("MDI: The prison's roll for MDI is empty")


def test_the_command_hands_on_what_was_asked(monkeypatch):
    asked = []
    monkeypatch.setattr("throughcare.config.commands.database.ready", lambda: None)
    monkeypatch.setattr(feeding, "do", lambda what, **how: asked.append((what, how)) or 1)
    assert cli.main(["feed", "roll", "--prison", "LEI", "--prisoners", "who.jsonl"]) == 1
    assert asked == [("roll", {"prisoners": "who.jsonl", "once": False, "prison": "LEI", "workers": 1})]
