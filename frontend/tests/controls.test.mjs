// The small behaviours of a form: a second press, counters, dates in words, rows, follow-up questions.
import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { Event, change, page, type } from "./dom.mjs";
import { fresh } from "./scripts.mjs";

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

describe("a button that signs", () => {
  let form;
  beforeEach(async () => {
    form = page('<form><button>Sign</button><button type="button">Add</button></form>').querySelector("form");
    (await fresh("sign-once.js")).signOnce(form);
  });

  test("sends the form once, however often it is pressed", () => {
    for (let press = 0; press < 3; press += 1) form.requestSubmit();
    assert.equal(form.submits, 1);
  });

  test("goes grey only after the form was read, and other buttons stay", () => {
    form.requestSubmit();
    const [sign, add] = form.querySelectorAll("button");
    assert.equal(sign.disabled, false, "a disabled button would not send its own name");
    mock.timers.tick(1);
    assert.deepEqual([sign.disabled, add.disabled], [true, false]);
  });

  test("may be pressed again after eight seconds, when the first press must have failed", () => {
    form.requestSubmit();
    mock.timers.tick(7999);
    form.requestSubmit();
    assert.equal(form.submits, 1);
    mock.timers.tick(1);
    assert.equal(form.querySelector("button").disabled, false);
    form.requestSubmit();
    assert.equal(form.submits, 2);
  });

  test("may be pressed again on a page that came back with the browser's button", () => {
    form.requestSubmit();
    window.dispatchEvent(new Event("pageshow"));
    form.requestSubmit();
    assert.equal(form.submits, 2);
  });
});

describe("counters", () => {
  const CARD = `<div id="card">
    <div><button data-step="-1" hidden>-</button><input data-weight="2.3" value=""><button data-step="1" hidden>+</button></div>
    <div><input data-weight="1.5" value=""><button data-step="1" hidden>+</button></div><output data-total></output></div>`;
  const total = (card) => card.querySelector("[data-total]").value;

  async function drawn(html = CARD) {
    const card = page(html).querySelector("#card");
    (await fresh("counters.js")).counters(card);
    return { card, inputs: card.querySelectorAll("input"), buttons: card.querySelectorAll("button") };
  }

  test("show their buttons only where a script answers them", async () => {
    const { buttons } = await drawn();
    assert.deepEqual(buttons.map((one) => one.hidden), [false, false, false]);
  });

  test("count one up and one down, and never below nothing", async () => {
    const { inputs, buttons } = await drawn();
    for (const press of [1, 1, 0, 1]) buttons[press].click();
    assert.equal(inputs[0].value, "2");
    for (let press = 0; press < 5; press += 1) buttons[0].click();
    assert.equal(inputs[0].value, "0");
  });

  test("show the sum of what they are worth to one decimal place", async () => {
    const { card, buttons, inputs } = await drawn();
    buttons[1].click();
    assert.equal(total(card), "2.3");
    change(inputs[1], "3");
    assert.equal(total(card), "6.8");
  });

  test("take what cannot be read as nothing", async () => {
    const { card, inputs, buttons } = await drawn();
    type(inputs[0], "many");
    assert.equal(total(card), "0");
    buttons[1].click();
    assert.equal(inputs[0].value, "1");
  });

  test("say no sum while nothing was counted, and the sum of what the server drew", async () => {
    assert.equal(total((await drawn()).card), "");
    assert.equal(total((await drawn(CARD.replace('value=""', 'value="4"'))).card), "9.2");
  });

  test("tell the form, so that the answer is saved", async () => {
    const { card, buttons } = await drawn();
    let heard = 0;
    card.addEventListener("input", () => (heard += 1));
    buttons[1].click();
    assert.equal(heard, 1);
  });
});

describe("a date in words", () => {
  async function drawn(html) {
    const body = page(html);
    (await fresh("dates.js")).dates(document);
    return { body, input: body.querySelector("input"), words: () => body.querySelectorAll(".tc-said").map((one) => one.textContent) };
  }

  for (const [value, words] of [
    ["2026-05-01", "Friday 1 May 2026"], ["2026-05-01T18:30", "Friday 1 May 2026, 18:30"], ["2028-02-29", "Tuesday 29 February 2028"],
    ["2026-03-29T01:30", "Sunday 29 March 2026, 01:30"], ["2026-10-25T01:30", "Sunday 25 October 2026, 01:30"], ["", ""],
  ]) {
    test(`${value || "a blank"} is ${words || "no words"}, in whatever zone the browser is`, async () => {
      for (const zone of ["Europe/London", "Pacific/Auckland", "America/Los_Angeles"]) {
        process.env.TZ = zone;
        const { words: said } = await drawn(`<input type="${value.includes("T") ? "datetime-local" : "date"}" value="${value}">`);
        assert.deepEqual(said(), [words], zone);
      }
      delete process.env.TZ;
    });
  }

  test("follows what is typed and stands there once", async () => {
    const { input, words } = await drawn('<input type="date" value="2026-05-01">');
    type(input, "2026-05-02");
    change(input, "2026-05-03");
    assert.deepEqual(words(), ["Sunday 3 May 2026"]);
  });

  test("stands under dates that came later, and under nothing else", async () => {
    const { body, words } = await drawn('<input type="text" value="2026-05-01">');
    assert.deepEqual(words(), []);
    const late = document.createElement("input");
    late.setAttribute("type", "date");
    body.append(late);
    change(late, "2026-05-04");
    assert.deepEqual(words(), ["Monday 4 May 2026"]);
  });
});

describe("rows", () => {
  const row = (place, more = "") =>
    `<div data-row ${more}><input name="what-${place}" value="${more ? "" : "aspirin"}"><button data-remove hidden>Remove</button></div>`;
  const ROWS = `<div id="rows">${row(0)}${row(1, "data-empty")}${row(2, "data-empty")}${row(3, "data-empty")}
    <template>${row("__row__", "data-empty")}</template><button data-add hidden>Add another</button></div>`;
  let rows, add;
  const visible = () => rows.querySelectorAll("[data-row]").filter((one) => !one.hidden);
  const names = () => visible().map((one) => one.querySelector("input").name);

  beforeEach(async () => {
    rows = page(ROWS).querySelector("#rows");
    (await fresh("repeating.js")).repeating(rows);
    add = rows.querySelector("[data-add]");
  });

  test("show what is filled and one empty one, numbered for who cannot see them", () => {
    assert.deepEqual(names(), ["what-0", "what-1"]);
    assert.deepEqual(visible().map((one) => one.getAttribute("aria-label")), ["Line 1", "Line 2"]);
  });

  test("show one more at a press and put the cursor there", () => {
    add.click();
    assert.deepEqual(names(), ["what-0", "what-1", "what-2"]);
    assert.equal(document.activeElement.name, "what-2");
  });

  test("grow beyond what was drawn under a number of their own each", () => {
    for (let press = 0; press < 4; press += 1) add.click();
    assert.deepEqual(names(), ["what-0", "what-1", "what-2", "what-3", "what-4", "what-5"]);
    assert.equal(new Set(names()).size, 6);
  });

  test("taken away are blank and still in the form, so that the change is kept", () => {
    let heard = 0;
    rows.addEventListener("change", () => (heard += 1));
    rows.querySelector("[data-remove]").click();
    const first = rows.querySelectorAll("[data-row]")[0];
    assert.deepEqual([first.hidden, first.querySelector("input").value, heard], [true, "", 1]);
    assert.equal(document.activeElement, add);
  });

  test("taken away come back before a new one is made", () => {
    rows.querySelector("[data-remove]").click();
    add.click();
    assert.deepEqual(names(), ["what-0", "what-1"]);
  });
});

describe("follow-up questions", () => {
  const FORM = `<form><div data-item="drinks"><input type="radio" name="drinks" value="yes"><input type="radio" name="drinks" value="no">
    <input type="radio" name="drinks" value="unable"></div>
    <div data-item="often" data-shown-when="drinks=yes|unable" hidden><input type="checkbox" name="often" value="daily"></div>
    <div data-item="fits" data-shown-when="often=daily &amp; drinks=yes" hidden><input type="text" name="fits" value=""></div>
    <p id="note" data-shown-when="fits=*" hidden>Tell the nurse</p></form>`.replaceAll("&amp;", "&");
  let form;
  const is = (what) => form.querySelector(what).hidden === false;
  const [often, fits] = ["[data-item=often]", "[data-item=fits]"];

  function answers(name, value) {
    for (const control of form.querySelectorAll("input").filter((one) => one.name === name)) {
      if (control.type === "text") control.value = value;
      else control.checked = control.value === value;
    }
    change(form.querySelectorAll("input").find((one) => one.name === name));
  }

  beforeEach(async () => {
    form = page(FORM).querySelector("form");
    (await fresh("reveal.js")).reveal(document);
    form.querySelectorAll("input[type=text]").forEach((one) => (one.value = ""));
  });

  test("open on any of the answers that they name, and close on another", () => {
    for (const [value, open] of [["yes", true], ["no", false], ["unable", true]]) {
      answers("drinks", value);
      assert.equal(is(often), open, value);
    }
  });

  test("that name two answers open when both are given", () => {
    answers("drinks", "unable");
    answers("often", "daily");
    assert.equal(is(fits), false);
    answers("drinks", "yes");
    assert.equal(is(fits), true);
  });

  test("of a follow-up close with it, in one step", () => {
    answers("drinks", "yes");
    answers("often", "daily");
    answers("fits", "two");
    assert.equal(is("#note"), true);
    answers("drinks", "no");
    assert.deepEqual([is(often), is(fits), is("#note")], [false, false, false]);
  });

  test("on any answer do not open on blanks", () => {
    answers("drinks", "yes");
    answers("often", "daily");
    answers("fits", "  ");
    assert.equal(is("#note"), false);
  });
});

test("a button that prints is there only where a script answers it", async () => {
  const button = page("<button hidden>Print</button>").querySelector("button");
  let printed = 0;
  window.print = () => (printed += 1);
  (await fresh("print.js")).print(button);
  button.click();
  assert.deepEqual([button.hidden, printed], [false, 1]);
});
