// Nobody leaves a page by accident with an answer unsaved: a press waits a moment for the last save, then the browser asks.

const PATIENCE = 2500;
const forms = [];

/** Watch one autosaving form: `busy()` counts what is on its way, `unsaved()` all that is not kept, `flush()` hurries. */
export function watch(form) {
  forms.push(form);
  if (forms.length > 1) return;
  window.addEventListener("beforeunload", (event) => {
    if (forms.some((one) => one.unsaved())) event.preventDefault();
  });
  document.addEventListener("submit", (event) => hold(event, () => event.target.requestSubmit(event.submitter)), true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && leaves(link, event)) hold(event, () => location.assign(link.href));
  }, true);
}

let released = false;

function hold(event, go) {
  forms.forEach((form) => form.flush());
  if (released || !forms.some((form) => form.busy())) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  settled().then(() => {
    released = true;
    go();
    released = false;
  });
}

async function settled() {
  const until = Date.now() + PATIENCE;
  while (Date.now() < until && forms.some((form) => form.busy())) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function leaves(link, event) {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  return plain && !link.target && link.href.split("#")[0] !== location.href.split("#")[0];
}
