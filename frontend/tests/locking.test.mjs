// The screen locks when nobody touches it. What was typed stays, and nothing is said to the server in anybody's absence.
import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { Event, page, settled } from "./dom.mjs";
import { fresh, reply, server } from "./scripts.mjs";

let body, tabs;
const screen = () => body.querySelector("dialog");
const locked = () => Boolean(screen()?.open);

class Channel {
  constructor(name) {
    Object.assign(this, { name, said: [] });
    tabs = this;
  }

  addEventListener(_, heard) {
    this.heard = heard;
  }

  postMessage(words) {
    this.said.push(words);
  }
}

async function opened(...replies) {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  body = page('<input type="hidden" name="csrfmiddlewaretoken" value="t"><textarea id="notes"></textarea><form data-switch></form>');
  body.dataset.lockAfter = "300";
  globalThis.BroadcastChannel = Channel;
  const asked = server(...replies);
  (await fresh("locking.js")).locking(body);
  return asked;
}

function touch(more = {}) {
  document.getElementById("notes").dispatchEvent(new Event("keydown", { bubbles: true, ...more }));
}

async function passes(seconds) {
  mock.timers.tick(seconds * 1000);
  await settled();
}

async function enters(pin) {
  screen().querySelector("input").value = pin;
  screen().querySelector("form").requestSubmit();
  await settled();
}

beforeEach(() => opened(reply(204)));

describe("the screen locks", () => {
  test("after as many seconds as the page says, and not before", async () => {
    await passes(298);
    assert.equal(locked(), false);
    await passes(4);
    assert.equal(locked(), true);
  });

  test("counted from the last touch", async () => {
    await passes(200);
    touch();
    await passes(200);
    assert.equal(locked(), false);
    await passes(102);
    assert.equal(locked(), true);
  });

  test("not for a touch that no person made", async () => {
    await passes(200);
    touch({ isTrusted: false });
    await passes(102);
    assert.equal(locked(), true);
  });

  test("later when somebody touches the same house in another tab", async () => {
    await passes(200);
    tabs.heard({ data: "touched" });
    await passes(200);
    assert.equal(locked(), false);
  });

  test("at once when a page comes back that slept too long", async () => {
    mock.timers.setTime(301_000);
    document.dispatchEvent(new Event("visibilitychange"));
    assert.equal(locked(), true);
  });

  test("at once when the server says so", () => {
    document.dispatchEvent(new Event("throughcare:locked"));
    assert.equal(locked(), true);
  });

  test("once: touching a locked screen tells nobody and opens nothing", async () => {
    const asked = await opened(reply(204));
    await passes(302);
    touch();
    await passes(70);
    touch();
    assert.deepEqual([asked.length, body.querySelectorAll("dialog").length, locked()], [0, 1, true]);
  });

  test("and cannot be waved away", async () => {
    await passes(302);
    const escape = new Event("cancel");
    screen().dispatchEvent(escape);
    assert.equal(escape.defaultPrevented, true);
  });
});

describe("the server hears of touches", () => {
  test("once a minute at most, with the token of the page", async () => {
    const asked = await opened(reply(204));
    for (let second = 0; second < 130; second += 5) {
      touch();
      await passes(5);
    }
    assert.deepEqual(asked.map((one) => [one.address, one.headers["X-CSRFToken"]]), Array(2).fill(["/sign-in/touch/", "t"]));
    assert.deepEqual(tabs.said, ["touched", "touched"]);
  });

  test("and its answer that it has locked by its own clock locks the screen", async () => {
    await opened(reply(204, {}, { "X-Throughcare": "locked" }));
    await passes(61);
    touch();
    await settled();
    assert.equal(locked(), true);
  });
});

describe("the PIN", () => {
  async function lockedThen(...replies) {
    const asked = await opened(...replies);
    document.getElementById("notes").value = "Half a sentence";
    await passes(302);
    return asked;
  }
  const error = () => screen().querySelector("#lock-error").textContent;

  test("is asked of the person whose page it is", async () => {
    await lockedThen(reply(204));
    assert.equal(screen().querySelector("label").textContent, "PIN of Asha Patel");
  });

  test("opens the screen, tells the other tabs, hurries what waits, and what was typed is there", async () => {
    const asked = await lockedThen(reply(204));
    let hurried = 0;
    window.addEventListener("online", () => (hurried += 1));
    await enters("1234");
    assert.deepEqual([asked[0].address, asked[0].pin], ["/sign-in/unlock/", "1234"]);
    assert.deepEqual([locked(), hurried, tabs.said.at(-1)], [false, 1, "unlocked"]);
    assert.equal(document.getElementById("notes").value, "Half a sentence");
    await passes(298);
    assert.equal(locked(), false, "the time counts anew");
  });

  for (const [name, answer, words] of [
    ["a wrong one", reply(422, "That is not the PIN. 2 tries left."), "That is not the PIN. 2 tries left."],
    ["one of a session that is over", reply(401), "Sign in again: choose “Somebody else”."],
    ["one that cannot be asked", "unreachable", "The server cannot be reached just now. Try again."],
  ]) {
    test(`${name} opens nothing, says why, and is not left in the box`, async () => {
      await lockedThen(answer);
      await enters("9999");
      assert.deepEqual([locked(), error(), screen().querySelector("input").value], [true, words, ""]);
    });
  }

  test("entered in another tab opens this one", async () => {
    await lockedThen(reply(204));
    tabs.heard({ data: "unlocked" });
    assert.equal(locked(), false);
  });

  test("need not be known by somebody else: he signs in instead", async () => {
    await lockedThen(reply(204));
    screen().querySelector("[data-leave]").click();
    assert.equal(body.querySelector("[data-switch]").submits, 1);
  });
});

describe("a page kept for the back button", () => {
  test("is out of sight when it is put away and asked for anew when it comes back", async () => {
    (await fresh("locking.js")).neverFromMemory();
    window.dispatchEvent(new Event("pagehide", { persisted: true }));
    assert.equal(document.documentElement.classList.contains("tc-gone"), true);
    window.dispatchEvent(new Event("pageshow", { persisted: true }));
    assert.equal(location.loads, 1);
  });

  test("that was not kept is left alone", async () => {
    (await fresh("locking.js")).neverFromMemory();
    window.dispatchEvent(new Event("pagehide", { persisted: false }));
    window.dispatchEvent(new Event("pageshow", { persisted: false }));
    assert.deepEqual([location.loads, document.documentElement.classList.contains("tc-gone")], [0, false]);
  });
});
