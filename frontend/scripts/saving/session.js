// Whose session this is now. Signing in again in another tab changes the form's protection token, and perhaps the person.

export const HEADERS = { "X-Requested-With": "throughcare" };

const TOKEN = "input[name=csrfmiddlewaretoken]";

export const token = () => document.querySelector(TOKEN)?.value ?? "";

/** Whether the server wants to know who this is; a screen that is only locked says so on the page. */
export function signedOut(reply) {
  if (reply.headers.get("X-Throughcare") === "locked") document.dispatchEvent(new Event("throughcare:locked"));
  return reply.status === 401 || reply.type === "opaqueredirect";
}

/** Ask for this page again: "same" person (tokens renewed), "other", "out", or "unreachable". */
export async function renew() {
  let reply;
  try {
    reply = await fetch(location.href, { headers: HEADERS, redirect: "manual", cache: "no-store" });
  } catch {
    return "unreachable";
  }
  if (signedOut(reply)) return "out";
  // A page that is no longer ours to open: the server says why when the answer is sent.
  if (!reply.ok) return reply.status < 500 ? "same" : "unreachable";
  return compare(new DOMParser().parseFromString(await reply.text(), "text/html"));
}

function compare(page) {
  const fresh = page.querySelector(TOKEN)?.value;
  if (!fresh || !page.body.dataset.person) return "out";
  // Answers are signed by whoever sends them: they wait for the person who gave them.
  if (page.body.dataset.person !== document.body.dataset.person) return "other";
  for (const input of document.querySelectorAll(TOKEN)) input.value = fresh;
  return "same";
}
