// The outbox: an answer leaves only when the server has it. Oldest first, one at a time, the newest answer in its place.
import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { Outbox } from "../scripts/saving/outbox.js";
import { settled } from "./dom.mjs";

/** An outbox whose server answers when the test says so. */
function posted() {
  const sent = [];
  const waiting = [];
  const outbox = new Outbox(
    (id, at) => new Promise((resolve) => {
      sent.push(`${id}@${at}`);
      waiting.push(resolve);
    }),
    () => {},
  );
  const says = async (outcome) => {
    waiting.shift()(outcome);
    await settled();
  };
  return { outbox, sent, says };
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

describe("in order", () => {
  test("the oldest goes first, and the next only when the server has it", async () => {
    const { outbox, sent, says } = posted();
    for (const [place, id] of ["a", "b", "c"].entries()) outbox.add(id, place);
    assert.deepEqual(sent, ["a@0"]);
    await says("kept");
    assert.deepEqual(sent, ["a@0", "b@1"]);
    await says("kept");
    await says("kept");
    assert.deepEqual(sent, ["a@0", "b@1", "c@2"]);
    assert.equal(outbox.unsaved, 0);
  });

  test("a question answered again while it waits goes once, with its newest time and in its old place", async () => {
    const { outbox, sent, says } = posted();
    outbox.add("a", 0);
    outbox.add("b", 1);
    outbox.add("c", 2);
    outbox.add("b", 3);
    await says("kept");
    await says("kept");
    await says("kept");
    assert.deepEqual(sent, ["a@0", "b@3", "c@2"]);
  });

  test("a question answered again while it is on its way is sent again", async () => {
    const { outbox, sent, says } = posted();
    outbox.add("a", 0);
    outbox.add("a", 1);
    assert.equal(outbox.busy, 1);
    await says("kept");
    assert.deepEqual(sent, ["a@0", "a@1"]);
    assert.equal(outbox.unsaved, 1);
    await says("kept");
    assert.equal(outbox.unsaved, 0);
  });

  test("the time of an answer is that of the device when nobody says another", () => {
    const { outbox, sent } = posted();
    outbox.add("a");
    assert.match(sent[0], /^a@\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
  });
});

describe("when it cannot be sent", () => {
  test("it stays first in line and is tried again after a pause that doubles up to twenty seconds", async () => {
    const { outbox, sent, says } = posted();
    outbox.add("a", 0);
    outbox.add("b", 1);
    for (const pause of [2000, 4000, 8000, 16000, 20000, 20000]) {
      const before = sent.length;
      await says("again");
      mock.timers.tick(pause - 1);
      assert.equal(sent.length, before, `not before ${pause}`);
      mock.timers.tick(1);
      assert.equal(sent.length, before + 1);
      assert.equal(sent.at(-1), "a@0");
    }
    assert.equal(outbox.unsaved, 2);
  });

  test("what got through makes the next pause short again", async () => {
    const { outbox, sent, says } = posted();
    outbox.add("a", 0);
    await says("again");
    mock.timers.tick(2000);
    await says("kept");
    outbox.add("b", 1);
    await says("again");
    mock.timers.tick(2000);
    assert.deepEqual(sent, ["a@0", "a@0", "b@1", "b@1"]);
  });

  test("an answer given meanwhile is the one that is tried again", async () => {
    const { outbox, sent, says } = posted();
    outbox.add("a", 0);
    outbox.add("a", 7);
    await says("again");
    mock.timers.tick(2000);
    assert.deepEqual(sent, ["a@0", "a@7"]);
  });

  test("nothing new is sent during the pause, until somebody hurries it", async () => {
    const { outbox, sent, says } = posted();
    outbox.add("a", 0);
    await says("again");
    outbox.add("b", 1);
    assert.deepEqual(sent, ["a@0"]);
    outbox.hurry();
    assert.deepEqual(sent, ["a@0", "a@0"]);
  });

  test("hurrying while one is on its way sends nothing twice", async () => {
    const { outbox, sent } = posted();
    outbox.add("a", 0);
    outbox.hurry();
    outbox.hurry();
    assert.deepEqual(sent, ["a@0"]);
  });

  test("the pause that was hurried away does not cut the next one short", async () => {
    const { outbox, sent, says } = posted();
    outbox.add("a", 0);
    await says("again");
    mock.timers.tick(1000);
    outbox.hurry();
    await says("again");
    mock.timers.tick(3999);
    assert.deepEqual(sent, ["a@0", "a@0"]);
    mock.timers.tick(1);
    assert.deepEqual(sent, ["a@0", "a@0", "a@0"]);
  });
});

describe("what the server will not take", () => {
  test("is set aside, still counts as not saved, and lets the next go", async () => {
    const { outbox, sent, says } = posted();
    outbox.add("a", 0);
    outbox.add("b", 1);
    await says("aside");
    await says("kept");
    assert.deepEqual(sent, ["a@0", "b@1"]);
    assert.deepEqual([outbox.busy, outbox.unsaved], [0, 1]);
  });

  test("counts no more once it is answered again and kept", async () => {
    const { outbox, says } = posted();
    outbox.add("a", 0);
    await says("aside");
    outbox.add("a", 1);
    assert.equal(outbox.unsaved, 1);
    await says("kept");
    assert.equal(outbox.unsaved, 0);
  });

  test("is not set aside when a newer answer is in line already", async () => {
    const { outbox, says } = posted();
    outbox.add("a", 0);
    outbox.add("a", 1);
    await says("aside");
    assert.deepEqual([outbox.busy, outbox.unsaved], [1, 1]);
  });

  test("is settled when somebody chose the other answer", async () => {
    const { outbox, says } = posted();
    outbox.add("a", 0);
    await says("aside");
    outbox.settle("a");
    assert.equal(outbox.unsaved, 0);
  });
});

test("every step is heard, so that the strip never says less than is waiting", async () => {
  const counts = [];
  const answers = [];
  const outbox = new Outbox(() => new Promise((resolve) => answers.push(resolve)), () => counts.push(outbox.unsaved));
  outbox.add("a", 0);
  outbox.add("b", 1);
  answers.shift()("kept");
  await settled();
  answers.shift()("kept");
  await settled();
  assert.deepEqual(counts, [1, 2, 1, 0]);
});
