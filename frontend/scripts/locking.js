// The screen locks when nobody touches it. What was typed stays on the page, out of sight, until the PIN is entered.
// The server locks by its own clock; this only says so at once, and tells the server of touches.
import { HEADERS, token } from "./saving/session.js";

const TELL_EVERY = 60_000;
const LOOK_EVERY = 2_000;
const TOUCHES = ["keydown", "pointerdown"];

export function locking(body) {
  const idle = Number(body.dataset.lockAfter) * 1000;
  const tabs = new BroadcastChannel("throughcare");
  const screen = lockScreen(body.dataset.personName, unlock);
  let touched = Date.now();
  let told = touched;

  function touch(event) {
    if (!event.isTrusted || screen.open) return;
    touched = Date.now();
    if (touched - told < TELL_EVERY) return;
    told = touched;
    tabs.postMessage("touched");
    post("/sign-in/touch/").then((reply) => reply?.headers.get("X-Throughcare") === "locked" && lock());
  }

  function look() {
    if (Date.now() - touched >= idle) lock();
  }

  function lock() {
    if (screen.open) return;
    document.body.append(screen);
    screen.showModal();
  }

  async function unlock(pin) {
    const reply = await post("/sign-in/unlock/", { pin });
    if (!reply) return "The server cannot be reached just now. Try again.";
    if (reply.status !== 204) return reply.status === 422 ? reply.text() : "Sign in again: choose “Somebody else”.";
    open();
    tabs.postMessage("unlocked");
    return "";
  }

  function open() {
    touched = told = Date.now();
    screen.close();
    window.dispatchEvent(new Event("online")); // what waits to be saved may go now
  }

  tabs.addEventListener("message", (event) => (event.data === "unlocked" ? open() : (touched = Date.now())));
  for (const kind of TOUCHES) document.addEventListener(kind, touch, { capture: true, passive: true });
  for (const moment of ["visibilitychange", "throughcare:look"]) document.addEventListener(moment, look);
  document.addEventListener("throughcare:locked", lock);
  setInterval(look, LOOK_EVERY);
}

/** A page that the browser kept alive for its back button is asked for anew: it may be somebody else's turn. */
export function neverFromMemory() {
  window.addEventListener("pagehide", (event) => event.persisted && document.documentElement.classList.add("tc-gone"));
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
}

async function post(address, fields = {}) {
  const headers = { ...HEADERS, "X-CSRFToken": token() };
  try {
    return await fetch(address, { method: "POST", body: new URLSearchParams(fields), headers, redirect: "manual" });
  } catch {
    return null;
  }
}

function lockScreen(name, unlock) {
  const screen = document.createElement("dialog");
  screen.className = "tc-lock";
  screen.setAttribute("aria-labelledby", "lock-title");
  screen.innerHTML = `<form class="tc-narrow" novalidate><h1 class="nhsuk-heading-l" id="lock-title">This screen is locked</h1>
    <p>What you typed is kept here.</p><div class="nhsuk-form-group"><label class="nhsuk-label" for="lock-pin"></label>
    <span class="nhsuk-error-message" id="lock-error" role="alert"></span>
    <input class="nhsuk-input nhsuk-input--width-5" id="lock-pin" type="password" inputmode="numeric" autocomplete="off"
    aria-describedby="lock-error"></div><div class="tc-buttons"><button class="nhsuk-button" type="submit">Go on</button>
    <button class="nhsuk-button nhsuk-button--secondary" type="button" data-leave>Somebody else</button></div></form>`;
  const pin = screen.querySelector("input");
  screen.querySelector("label").textContent = `PIN of ${name}`;
  screen.addEventListener("cancel", (event) => event.preventDefault());
  screen.querySelector("[data-leave]").addEventListener("click", () => document.querySelector("[data-switch]").requestSubmit());
  screen.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    screen.querySelector("#lock-error").textContent = await unlock(pin.value);
    pin.value = "";
    pin.focus();
  });
  return screen;
}
