// Nobody leaves by accident with an answer unsaved: a press waits a moment for the last save, then the browser asks.
import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { Event, page, settled } from "./dom.mjs";
import { fresh } from "./scripts.mjs";

let body, link, form, state;

beforeEach(async () => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  body = page(`<a id="away" href="https://house.test/today/">Today</a><a id="here" href="https://house.test/screens/1/#q2">Q2</a>
    <a id="beside" href="https://house.test/help/" target="_blank">Help</a><form><button>Sign</button></form>`);
  link = document.getElementById("away");
  form = body.querySelector("form");
  state = { busy: 0, unsaved: 0, flushes: 0 };
  const { watch } = await fresh("saving/leaving.js");
  watch({ busy: () => state.busy, unsaved: () => state.unsaved, flush: () => (state.flushes += 1) });
});

function pressed(element, more = {}) {
  const event = new Event("click", { bubbles: true, ...more });
  element.dispatchEvent(event);
  return event;
}

async function passes(milliseconds) {
  for (let past = 0; past < milliseconds; past += 50) {
    mock.timers.tick(50);
    await settled();
  }
}

describe("the browser", () => {
  for (const [unsaved, asks] of [[0, false], [1, true]]) {
    test(`${asks ? "asks" : "does not ask"} before it leaves with ${unsaved} unsaved`, () => {
      state.unsaved = unsaved;
      const event = new Event("beforeunload");
      window.dispatchEvent(event);
      assert.equal(event.defaultPrevented, asks);
    });
  }
});

describe("a link", () => {
  test("is followed at once when nothing is on its way", () => {
    assert.equal(pressed(link).defaultPrevented, false);
    assert.equal(state.flushes, 1, "what is half typed is handed over first");
  });

  test("waits for what is on its way, and is then followed", async () => {
    state.busy = 1;
    assert.equal(pressed(link).defaultPrevented, true);
    await passes(500);
    assert.equal(location.href, "https://house.test/screens/1/");
    state.busy = 0;
    await passes(100);
    assert.equal(location.href, "https://house.test/today/");
  });

  test("is followed after two and a half seconds all the same: the browser asks then", async () => {
    state.busy = 1;
    pressed(link);
    await passes(2400);
    assert.equal(location.href, "https://house.test/screens/1/");
    await passes(200);
    assert.equal(location.href, "https://house.test/today/");
  });

  for (const [name, id, more] of [
    ["within this page", "here", {}], ["into another tab", "beside", {}], ["with control held", "away", { ctrlKey: true }],
    ["with the middle button", "away", { button: 1 }],
  ]) {
    test(`${name} does not leave the page and is not held`, () => {
      state.busy = 1;
      assert.equal(pressed(document.getElementById(id), more).defaultPrevented, false);
    });
  }
});

describe("a form", () => {
  test("is sent once what is on its way has arrived, by the button that was pressed", async () => {
    state.busy = 1;
    const button = form.querySelector("button");
    form.requestSubmit(button);
    assert.equal(form.submits, 0);
    state.busy = 0;
    let by;
    form.addEventListener("submit", (event) => (by = event.submitter));
    await passes(100);
    assert.deepEqual([form.submits, by], [1, button]);
  });

  test("is sent after two and a half seconds though something is still on its way, and is not held for ever", async () => {
    state.busy = 1;
    form.requestSubmit();
    await passes(2600);
    assert.equal(form.submits, 1);
  });

  test("is held again the next time", async () => {
    state.busy = 1;
    form.requestSubmit();
    state.busy = 0;
    await passes(100);
    state.busy = 1;
    form.requestSubmit();
    assert.equal(form.submits, 1);
  });
});
