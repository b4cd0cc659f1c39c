// Starts each behaviour on the elements that ask for it. Every page works before any of this runs.
import { Checkboxes, createAll, ErrorSummary, SkipLink } from "nhsuk-frontend";
import { autosave } from "./autosave.js";
import { bodyMap } from "./body-map.js";
import { counters } from "./counters.js";
import { dates } from "./dates.js";
import { locking, neverFromMemory } from "./locking.js";
import { passkey } from "./passkey.js";
import { print } from "./print.js";
import { repeating } from "./repeating.js";
import { reveal } from "./reveal.js";
import { signOnce } from "./sign-once.js";

const BEHAVIOURS = { autosave, "body-map": bodyMap, counters, passkey, print, repeating, "sign-once": signOnce };
const started = new WeakSet();

function start(root) {
  for (const [name, behaviour] of Object.entries(BEHAVIOURS)) {
    for (const element of root.querySelectorAll(`[data-behaviour~="${name}"]`)) {
      if (started.has(element)) continue;
      started.add(element);
      behaviour(element);
    }
  }
}

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
for (const component of [Checkboxes, ErrorSummary, SkipLink]) createAll(component);
reveal(document);
dates(document);
start(document);
neverFromMemory();
if (document.body.dataset.lockAfter) locking(document.body);
document.addEventListener("throughcare:replaced", (event) => start(event.target));
