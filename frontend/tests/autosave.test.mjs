// Each answer is sent as it is given; what cannot be sent stays on the page, in sight, and nothing typed is ever lost.
import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { change, page, settled, type } from "./dom.mjs";
import { fresh, later, reply, server } from "./scripts.mjs";

const FORM = `<form data-answers-url="/screens/1/answers/">
  <input type="hidden" name="csrfmiddlewaretoken" value="token-1"><input type="hidden" name="seen" data-seen-map>
  <section data-group="one">
    <div data-item="smokes" data-seen="3"><div class="nhsuk-form-group"><fieldset><legend>Smokes?</legend>
      <input type="radio" name="smokes" value="yes"><input type="radio" name="smokes" value="no"></fieldset></div>
      <span class="tc-saved"></span></div>
    <div data-item="words" data-seen="0"><div class="nhsuk-form-group"><label>What he said</label>
      <textarea name="words"></textarea></div><span class="tc-saved"></span></div>
  </section>
  <section data-group="two" hidden><div data-item="much" data-seen="0" hidden><div class="nhsuk-form-group"><label>How much?</label>
    <input type="text" name="much" value=""></div><span class="tc-saved"></span></div></section>
  <div id="stops"><input type="text" id="who" value=""></div></form>`;

let body, form, yes, no, words;
const item = (id) => form.querySelector(`[data-item="${id}"]`);
const mark = (id) => item(id).querySelector(".tc-saved").textContent;
const strip = () => body.querySelector(".tc-unsaved");
const saved = (seq, more = {}) => reply(200, { seq, saved_at: "20:11", ...more });

async function opened(...replies) {
  const asked = server(...replies);
  const { autosave } = await fresh("autosave.js");
  autosave(form);
  await settled();
  return asked;
}

async function passes(milliseconds) {
  mock.timers.tick(milliseconds);
  await settled();
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.UTC(2027, 2, 2, 20, 10) });
  body = page(FORM);
  form = body.querySelector("form");
  [yes, no] = item("smokes").querySelectorAll("input");
  words = item("words").querySelector("textarea");
});

describe("an answer", () => {
  test("that is ticked goes at once, with what the page had seen and when it was given", async () => {
    const asked = await opened(saved(4));
    change(yes, true);
    await settled();
    const [{ address, method, headers, ...said }] = asked;
    assert.deepEqual(said, { item: "smokes", seen: "3", at: "2027-03-02T20:10:00.000Z", value: "yes" });
    assert.deepEqual([address, method, headers["X-CSRFToken"]], ["/screens/1/answers/", "POST", "token-1"]);
  });

  test("that is typed waits for a pause of two seconds, counted from the last letter", async () => {
    const asked = await opened(saved(1));
    type(words, "Not");
    await passes(1900);
    type(words, "Not well");
    await passes(1900);
    assert.equal(asked.length, 0);
    await passes(100);
    assert.deepEqual(asked.map((one) => one.value), ["Not well"]);
  });

  test("that is typed and left goes at once, and once", async () => {
    const asked = await opened(saved(1));
    type(words, "Not well");
    change(words, "Not well");
    await settled();
    await passes(5000);
    assert.equal(asked.length, 1);
  });

  test("once kept says when, and the next one names it as seen", async () => {
    const asked = await opened(saved(4), saved(5));
    change(yes, true);
    await settled();
    assert.equal(mark("smokes"), "Saved 20:11");
    yes.checked = false;
    change(no, true);
    await settled();
    assert.deepEqual(asked.map((one) => one.seen), ["3", "4"]);
  });

  test("is not sent twice when nothing changed", async () => {
    const asked = await opened(saved(4));
    change(yes, true);
    await settled();
    change(yes, true);
    await settled();
    assert.equal(asked.length, 1);
  });

  test("waits for the one before it", async () => {
    const slow = later();
    const asked = await opened(slow.promise, saved(1));
    change(yes, true);
    change(words, "Not well");
    await settled();
    assert.deepEqual(asked.map((one) => one.item), ["smokes"]);
    slow.comes(saved(4));
    await settled();
    assert.deepEqual(asked.map((one) => one.item), ["smokes", "words"]);
  });
});

describe("when the page opens", () => {
  test("what the server drew is not sent back to it", async () => {
    assert.equal((await opened(saved(1))).length, 0);
  });

  test("what the browser brought back after a reload is sent, because the server may not have it", async () => {
    words.value = "Typed before the reload";
    const asked = await opened(saved(1));
    assert.deepEqual(asked.map((one) => [one.item, one.value]), [["words", "Typed before the reload"]]);
  });
});

describe("when it cannot be sent", () => {
  for (const [name, trouble] of [["no network", "unreachable"], ["a fault of the server", reply(500)], ["too many", reply(429)]]) {
    test(`for ${name} it stays in sight and is tried again until it is kept`, async () => {
      const asked = await opened(trouble, saved(4));
      change(yes, true);
      await settled();
      assert.equal(mark("smokes"), "Not saved yet. Trying again");
      assert.match(strip().textContent, /1 answer not yet saved\. Trying again\. Keep this page open\./);
      assert.equal(strip().hidden, false);
      await passes(2000);
      assert.equal(asked.length, 2);
      assert.equal(asked[0].at, asked[1].at, "the time is that of the answer, not of the try");
      assert.deepEqual([mark("smokes"), strip().hidden], ["Saved 20:11", true]);
    });
  }

  test("the network coming back hurries it", async () => {
    const asked = await opened("unreachable", saved(4));
    change(yes, true);
    await settled();
    window.dispatchEvent(new Event("online"));
    await settled();
    assert.equal(asked.length, 2);
  });

  test("what is still being typed counts as not saved", async () => {
    await opened("unreachable");
    change(yes, true);
    await settled();
    type(words, "Not");
    assert.match(strip().textContent, /^2 answers not yet saved/);
  });
});

describe("an answer that is refused", () => {
  test("has the server's sentence under its question, and what was typed stays", async () => {
    const asked = await opened(reply(422, { error: "Enter a number from 0 to 80." }));
    change(words, "many");
    await settled();
    const error = item("words").querySelector(".nhsuk-error-message");
    assert.deepEqual([error.textContent, error.id, words.value], ["Enter a number from 0 to 80.", "words-error", "many"]);
    assert.equal(words.getAttribute("aria-describedby"), "words-error");
    assert.match(strip().textContent, /Look for the question marked in red/);
    await passes(60000);
    assert.equal(asked.length, 1, "asking again would not change the answer");
  });

  test("is clear of it once another answer is kept", async () => {
    await opened(reply(422, { error: "Enter a number." }), saved(1));
    change(words, "many");
    await settled();
    change(words, "4");
    await settled();
    assert.equal(item("words").querySelector(".nhsuk-error-message"), null);
    assert.equal(words.getAttribute("aria-describedby"), null);
    assert.equal(strip().hidden, true);
  });

  test("by a page instead of a sentence says what to do, and never shows the page", async () => {
    await opened(reply(400, "<!doctype html><h1>Bad request</h1>"));
    change(words, "x");
    await settled();
    assert.match(item("words").textContent, /could not be saved\. It is still here: copy it/);
    assert.doesNotMatch(item("words").textContent, /Bad request/);
  });
});

describe("two answers to one question", () => {
  const theirs = { value: ["no"], label: "No", by: "Sam Okafor", at: "20:09" };
  const two = () => reply(409, { theirs, yours: { label: "Yes" }, seq: 9 });

  async function met(...more) {
    const asked = await opened(two(), ...more);
    change(yes, true);
    await settled();
    return { asked, buttons: item("smokes").querySelectorAll(".tc-two-answers button") };
  }

  test("are both shown with whose they are, and neither is lost", async () => {
    const { buttons } = await met(saved(10));
    assert.match(item("smokes").textContent, /Sam Okafor answered “No” at 20:09\. You answered “Yes”/);
    assert.deepEqual(buttons.map((one) => one.textContent), ["Keep theirs: No", "Keep mine: Yes"]);
    assert.equal(strip().hidden, false);
  });

  test("mine is sent again and names theirs as seen", async () => {
    const { asked, buttons } = await met(saved(10));
    buttons[1].click();
    await settled();
    assert.deepEqual(asked.map((one) => [one.seen, one.value]), [["3", "yes"], ["9", "yes"]]);
    assert.equal(item("smokes").querySelector(".tc-two-answers"), null);
  });

  test("theirs is put in the question and nothing is sent", async () => {
    const { asked, buttons } = await met(saved(10));
    buttons[0].click();
    await settled();
    assert.deepEqual([no.checked, yes.checked, asked.length, location.loads], [true, false, 1, 0]);
    assert.deepEqual([mark("smokes"), strip().hidden], ["Saved 20:09", true]);
  });

  test("that are the same are one: our own try, whose reply was lost", async () => {
    await opened(reply(409, { theirs: { ...theirs, value: ["yes"] }, yours: { label: "Yes" }, seq: 9 }));
    change(yes, true);
    await settled();
    assert.deepEqual([mark("smokes"), item("smokes").dataset.seen], ["Saved 20:09", "9"]);
    assert.equal(item("smokes").querySelector(".tc-two-answers"), null);
  });
});

describe("when the session is over", () => {
  const asks = (person, fresh = "token-2") => {
    globalThis.DOMParser = class {
      parseFromString() {
        return { querySelector: () => (fresh ? { value: fresh } : null), body: { dataset: person ? { person } : {} } };
      }
    };
    return reply(200, "<html>");
  };

  test("and the same person signed in again elsewhere, the answer goes with the new token", async () => {
    const asked = await opened(reply(401), asks("asha"), saved(4));
    change(yes, true);
    await settled();
    assert.deepEqual(asked.map((one) => [one.method, one.headers["X-CSRFToken"]]), [
      ["POST", "token-1"], ["GET", undefined], ["POST", "token-2"],
    ]);
    assert.equal(mark("smokes"), "Saved 20:11");
  });

  test("and somebody else is signed in, the answer waits for whoever gave it", async () => {
    const asked = await opened(reply(401), asks("sam"));
    change(yes, true);
    await settled();
    assert.match(strip().textContent, /Somebody else is signed in\. These answers wait for Asha Patel/);
    await passes(2000);
    assert.ok(asked.slice(1).every((one) => one.method === "GET"), "nothing is sent in somebody else's name");
  });

  test("and nobody is signed in, it says so with a link that opens beside this page", async () => {
    await opened(reply(401), asks("", ""));
    change(yes, true);
    await settled();
    const link = strip().querySelector("a[href]");
    assert.match(strip().textContent, /signed out\. Your answers are kept here and will be sent/);
    assert.deepEqual([link.href, link.target], ["/sign-in/", "_blank"]);
  });
});

describe("what the server says beside", () => {
  test("opens the questions that now follow, and the part of the page that holds them", async () => {
    await opened(saved(4, { shown: { much: true } }));
    change(yes, true);
    await settled();
    assert.deepEqual([item("much").hidden, form.querySelector("[data-group=two]").hidden], [false, false]);
  });

  test("closes them again", async () => {
    await opened(saved(4, { shown: { much: true } }), saved(5, { shown: { much: false } }));
    change(yes, true);
    await settled();
    yes.checked = false;
    change(no, true);
    await settled();
    assert.deepEqual([item("much").hidden, form.querySelector("[data-group=two]").hidden], [true, true]);
  });

  test("is drawn into its place without taking away what is half typed there", async () => {
    await opened(saved(4, { html: { stops: '<h2>Stop</h2><input type="text" id="who" value="">' } }));
    document.getElementById("who").value = "Ruth Ade";
    document.getElementById("who").focus();
    change(yes, true);
    await settled();
    assert.match(form.querySelector("#stops").textContent, /Stop/);
    assert.equal(document.getElementById("who").value, "Ruth Ade");
    assert.equal(document.activeElement, document.getElementById("who"));
  });

  test("is not drawn again when it says the same", async () => {
    const same = { html: { stops: "<h2>Stop</h2>" } };
    await opened(saved(4, same), saved(5, same));
    change(yes, true);
    await settled();
    const drawn = form.querySelector("#stops").firstElementChild;
    yes.checked = false;
    change(no, true);
    await settled();
    assert.equal(form.querySelector("#stops").firstElementChild, drawn);
  });
});

test("a form that is sent whole says what each question had seen, so that the server can tell what is older", async () => {
  await opened(saved(4));
  change(yes, true);
  await settled();
  form.requestSubmit();
  assert.deepEqual(JSON.parse(form.querySelector("[data-seen-map]").value), { smokes: 4, words: 0, much: 0 });
});

test("what was true before is said again by one tap, and is sent like any answer", async () => {
  const still = document.createElement("button");
  still.hidden = true;
  still.dataset.still = '["yes"]';
  item("smokes").append(still);
  const asked = await opened(saved(4));
  assert.equal(still.hidden, false);
  still.click();
  await settled();
  assert.deepEqual(asked.map((one) => one.value), ["yes"]);
  assert.equal(form.querySelector("[data-still]"), null);
});
