// Each answer is sent as it is given. Nothing typed is ever lost: what cannot be sent waits here, in sight, and is tried again.
// The address answers 200 {seq, saved_at, html?, shown?}, 409 {theirs, yours, seq}, 422 {error}, or 401.
import { announce, drawn, fields, holds, pairs, put, typed } from "./saving/answers.js";
import { watch } from "./saving/leaving.js";
import { forget, forgive, refuse, say, showBoth } from "./saving/marks.js";
import { Outbox } from "./saving/outbox.js";
import { HEADERS, renew, signedOut, token } from "./saving/session.js";
import { tell } from "./saving/strip.js";

const PAUSE_IN_TYPING = 2000;
const LONGEST_REQUEST = 15000;

export function autosave(form) {
  const typing = new Map(); // question -> timer of the pause in typing
  const handed = new Map(); // question -> the answer last handed to the outbox, as one string
  const shown = new Map(); // element -> the fragment last put in it
  const itemOf = (id) => form.querySelector(`[data-item="${CSS.escape(id)}"]`);
  let trouble = "";
  let mustRenew = false;

  const outbox = new Outbox(send, () => {
    if (!outbox.busy) trouble = "";
    tell(outbox.unsaved + typing.size, trouble || (outbox.unsaved > outbox.busy ? "aside" : ""));
  });

  function answered(item) {
    const id = item.dataset.item;
    clearTimeout(typing.get(id));
    typing.delete(id);
    const answer = JSON.stringify(pairs(item));
    if (handed.get(id) === answer) return outbox.changed();
    handed.set(id, answer);
    forget(item);
    return outbox.add(id);
  }

  function heard(event, pause) {
    const item = event.target.closest("[data-item]");
    if (!item) return;
    if (!pause) return void answered(item);
    if (!typed(event.target)) return; // a tick speaks through its change
    clearTimeout(typing.get(item.dataset.item));
    typing.set(item.dataset.item, setTimeout(() => answered(item), pause));
    tell(outbox.unsaved + typing.size, trouble);
  }

  const flush = () => [...typing.keys()].forEach((id) => answered(itemOf(id)));

  async function send(id, at) {
    const item = itemOf(id);
    say(item, "saving", "Saving…");
    const reply = await ask(item, at);
    if (!reply) {
      say(item, "trying", "Not saved yet. Trying again");
      return "again";
    }
    trouble = "";
    return settle(item, reply);
  }

  // The server's reply, or nothing when it has to be tried again.
  async function ask(item, at) {
    if (mustRenew && !(await renewed())) return null;
    let reply = await post(item, at);
    if (reply && (signedOut(reply) || reply.status === 403)) {
      if (!(await renewed())) return null;
      reply = await post(item, at);
    }
    if (reply && reply.status < 500 && reply.status !== 429 && !signedOut(reply)) return reply;
    trouble ||= "trying";
    return null;
  }

  async function renewed() {
    const whose = await renew();
    mustRenew = whose !== "same";
    trouble = mustRenew ? whose : "";
    return !mustRenew;
  }

  async function post(item, at) {
    const body = new URLSearchParams([["item", item.dataset.item], ["seen", item.dataset.seen], ["at", at], ...fields(item)]);
    const headers = { ...HEADERS, "X-CSRFToken": token(), Accept: "application/json" };
    try {
      return await fetch(form.dataset.answersUrl, {
        method: "POST", body, headers, redirect: "manual", signal: AbortSignal.timeout(LONGEST_REQUEST),
      });
    } catch {
      return null;
    }
  }

  async function settle(item, reply) {
    const told = await read(reply);
    if (reply.ok && told.seq !== undefined) return keep(item, told);
    if (reply.status === 409 && told.theirs) return both(item, told);
    refuse(item, told.error ?? "This answer could not be saved. It is still here: copy it, then open the page again.");
    return "aside";
  }

  function keep(item, told) {
    item.dataset.seen = told.seq;
    forgive(item);
    if (!outbox.isWaiting(item.dataset.item)) say(item, "saved", `Saved ${told.saved_at}`);
    for (const [id, html] of Object.entries(told.html ?? {})) replace(id, html);
    for (const [id, visible] of Object.entries(told.shown ?? {})) itemOf(id)?.toggleAttribute("hidden", !visible);
    for (const group of form.querySelectorAll("[data-group]")) {
      group.toggleAttribute("hidden", !group.querySelector("[data-item]:not([hidden])"));
    }
    return "kept";
  }

  function both(item, told) {
    item.dataset.seen = told.seq;
    // Our own earlier try, whose reply was lost on the way.
    if (told.theirs.value && holds(item, told.theirs.value)) return keep(item, { ...told, saved_at: told.theirs.at });
    showBoth(item, told, (whose) => choose(item, whose, told));
    return "aside";
  }

  function choose(item, whose, told) {
    forget(item);
    if (whose === "mine") return outbox.add(item.dataset.item);
    if (told.theirs.value) put(item, told.theirs.value);
    handed.set(item.dataset.item, JSON.stringify(pairs(item)));
    say(item, "saved", `Saved ${told.theirs.at}`);
    outbox.settle(item.dataset.item);
    announce(item);
    // A table with more rows than are drawn, or an answer the reply did not carry: the page has to be drawn anew.
    if (!told.theirs.value || !holds(item, told.theirs.value)) location.reload();
    return undefined;
  }

  function replace(id, html) {
    const element = document.getElementById(id);
    // The same words again would only wipe what is being typed there.
    if (!element || shown.get(id) === html) return;
    shown.set(id, html);
    const [kept, focus] = [halfTyped(element), document.activeElement?.id];
    element.innerHTML = html;
    for (const [control, value] of kept) document.getElementById(control)?.setAttribute("value", value);
    if (kept.has(focus)) document.getElementById(focus)?.focus();
    element.dispatchEvent(new Event("throughcare:replaced", { bubbles: true }));
  }

  form.addEventListener("submit", () => {
    const map = form.querySelector("[data-seen-map]");
    const items = [...form.querySelectorAll("[data-item]")].map((item) => [item.dataset.item, Number(item.dataset.seen)]);
    if (map) map.value = JSON.stringify(Object.fromEntries(items));
  });
  form.addEventListener("input", (event) => heard(event, PAUSE_IN_TYPING));
  form.addEventListener("change", (event) => heard(event, 0));
  for (const hope of ["online", "focus"]) window.addEventListener(hope, () => outbox.hurry());
  watch({ busy: () => outbox.busy, unsaved: () => outbox.unsaved + typing.size, flush });

  for (const button of form.querySelectorAll("[data-still]")) {
    button.hidden = false;
    button.addEventListener("click", () => stillTrue(button));
  }

  for (const item of form.querySelectorAll("[data-item]")) {
    handed.set(item.dataset.item, JSON.stringify(drawn(item)));
    // A browser that brings back what was typed before a reload brings back answers the server may not have.
    answered(item);
  }
}

/** A stable fact of an earlier stay, said again by one tap. */
function stillTrue(button) {
  const item = button.closest("[data-item]");
  put(item, JSON.parse(button.dataset.still));
  announce(item);
  button.remove();
}

/** What somebody is typing in a part that is drawn anew, such as who was told of a stop. */
function halfTyped(element) {
  return new Map([...element.querySelectorAll("input[id]:not([type=hidden])")].map((control) => [control.id, control.value]));
}

async function read(reply) {
  const text = await reply.text().catch(() => "");
  try {
    return JSON.parse(text);
  } catch {
    return { error: text.length < 400 && !text.includes("<") ? text || undefined : undefined };
  }
}
