"""The queue of the prison service (SQS): ask for messages, take each, and only then take it off.

Whatever happens between taking and taking off, the message comes again and is a repeat: taken once, whoever is killed when.
boto3 is imported when a queue is first asked, because most installations have none.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.db import connection

from throughcare.access.acting import Actor, acting
from throughcare.hmpps import actions, book
from throughcare.hmpps.actions import Tally
from throughcare.hmpps.search import NoSearch, Search, Source, chosen

log = logging.getLogger(__name__)
AT_ONCE = 10  # what one question may bring, at most
GAVE_UP = "It failed {tries} times for reasons of ours, the last time with {error}. Tell whoever runs this installation."


class NoQueue(Exception):
    """No queue is named, or it cannot be asked; the sentence says what to do."""


class Queue:
    """One queue, asked with whatever credentials the machine holds."""

    def __init__(self, address: str = "", client: Any = None, search: Search | Source | None = None) -> None:
        self.address = address or settings.SQS_QUEUE
        if not self.address:
            raise NoQueue("No queue is set: give THROUGHCARE_SQS_QUEUE.")
        self.client, self.source, self.measures = client or _client(), chosen(search), book.queue()

    def take(self, *, wait: int | None = None) -> Tally | None:
        """Ask once and take what comes; None when nothing came. A message that fails for our own reasons stays on the queue."""
        tally = Tally()
        found = self._ask(self.measures.wait_seconds if wait is None else wait)
        for message in found:
            if outcome := self._take(message):
                tally.count(outcome)
                self.client.delete_message(QueueUrl=self.address, ReceiptHandle=message["ReceiptHandle"])
        return tally if found else None

    def drain(self, seconds: float | None = None) -> Tally:
        """Take until the queue is empty, or the time is up."""
        whole, ends = Tally(), time.monotonic() + (self.measures.drain_seconds if seconds is None else seconds)
        while time.monotonic() < ends and (tally := self.take(wait=0)) is not None:
            whole.add(tally)
        return whole

    def _ask(self, wait: int) -> list[dict[str, Any]]:
        answer = self.client.receive_message(
            QueueUrl=self.address, MaxNumberOfMessages=AT_ONCE, WaitTimeSeconds=wait,
            VisibilityTimeout=self.measures.hidden_seconds, AttributeNames=["ApproximateReceiveCount"],
        )  # fmt: skip
        return list(answer.get("Messages", []))

    def _take(self, message: dict[str, Any]) -> str:
        """What became of it, or blank when it is to be tried again. After so many tries it is parked, for a person."""
        body, tried = message["Body"], int(message.get("Attributes", {}).get("ApproximateReceiveCount", 1))
        try:
            return actions.take_message(body, search=self.source)
        except Exception as error:
            log.exception("A message of the queue was not taken, try %s.", tried)
            connection.close()
            return _give_up(body, tried, error) if tried >= self.measures.tries else ""


def _give_up(body: str, tried: int, error: Exception) -> str:
    with acting(Actor.system("custody feed")) as actor:
        return actions.park_message(body, GAVE_UP.format(tries=tried, error=type(error).__name__), actor)


def _client() -> Any:
    import boto3

    return boto3.client("sqs", region_name=settings.SQS_REGION, endpoint_url=settings.SQS_ENDPOINT or None)


__all__ = ["NoQueue", "NoSearch", "Queue"]
