// What a question says about itself: saved, being saved, refused with a sentence, or answered twice.

/** States: "saving", "saved", "trying", "refused", "two-answers". */
export function say(item, state, words) {
  item.dataset.state = state;
  item.querySelector(".tc-saved").textContent = words;
}

/** The sentence under the question, where the server would have drawn it. What was typed stays. */
export function refuse(item, sentence) {
  forgive(item);
  const group = item.querySelector(".nhsuk-form-group");
  group.classList.add("nhsuk-form-group--error");
  const message = document.createElement("span");
  message.className = "nhsuk-error-message";
  message.id = `${item.dataset.item}-error`;
  message.textContent = sentence;
  group.querySelector("legend, label").after(message);
  describe(item, (ids) => [...ids, message.id]);
  say(item, "refused", "Not saved");
}

export function forgive(item) {
  const id = `${item.dataset.item}-error`;
  item.querySelector(".nhsuk-form-group").classList.remove("nhsuk-form-group--error");
  item.querySelector(`[id="${CSS.escape(id)}"]`)?.remove();
  describe(item, (ids) => ids.filter((one) => one !== id));
}

/** Two people answered: both answers, and two buttons. `keep("theirs" | "mine")` hears the choice. */
export function showBoth(item, { theirs, yours }, keep) {
  forget(item);
  const box = document.createElement("div");
  box.className = "tc-two-answers";
  box.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = `${theirs.by} answered “${theirs.label}” at ${theirs.at}. You answered “${mine(yours)}”. Ask again if you are not sure.`;
  const buttons = document.createElement("div");
  buttons.className = "tc-buttons";
  buttons.append(button(`Keep theirs: ${theirs.label}`, () => keep("theirs")), button(`Keep mine: ${mine(yours)}`, () => keep("mine")));
  box.append(words, buttons);
  item.append(box);
  say(item, "two-answers", "Two answers");
}

export function forget(item) {
  item.querySelector(".tc-two-answers")?.remove();
}

const mine = (yours) => (typeof yours === "string" ? yours : yours.label);

function describe(item, change) {
  const element = item.querySelector("fieldset, input, select, textarea");
  const ids = change((element.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (ids.length) element.setAttribute("aria-describedby", ids.join(" "));
  else element.removeAttribute("aria-describedby");
}

function button(text, pressed) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "nhsuk-button nhsuk-button--secondary nhsuk-button--small";
  element.textContent = text;
  element.addEventListener("click", pressed);
  return element;
}
