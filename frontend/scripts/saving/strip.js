// The strip that stays in sight: how many answers are not yet saved, and what to do.

const strip = document.createElement("div");
strip.className = "tc-unsaved";
strip.setAttribute("role", "status");
strip.hidden = true;

const counted = (count) => (count === 1 ? "1 answer not yet saved." : `${count} answers not yet saved.`);

const WORDS = {
  "": () => "",
  trying: () => "Trying again. Keep this page open.",
  unreachable: () => "Trying again. Keep this page open.",
  aside: () => "Look for the question marked in red.",
  out: () => "You have been signed out. Your answers are kept here and will be sent.",
  other: () => `Somebody else is signed in. These answers wait for ${document.body.dataset.personName}.`,
};

/** `trouble` is a key of WORDS; a save that is going well shows only when it takes long. */
export function tell(count, trouble) {
  if (!strip.isConnected) document.body.append(strip);
  strip.hidden = count === 0;
  strip.classList.toggle("tc-unsaved--worried", trouble !== "");
  strip.classList.toggle("tc-unsaved--calm", trouble === "");
  const words = document.createElement("p");
  words.append(strong(counted(count)), ` ${WORDS[trouble]()} `);
  if (trouble === "out" || trouble === "other") words.append(signIn());
  // Only when it changes, so that a screen reader is not told the same thing at every try.
  if (strip.firstChild?.textContent !== words.textContent) strip.replaceChildren(words);
}

function strong(text) {
  const element = document.createElement("strong");
  element.textContent = text;
  return element;
}

function signIn() {
  const link = document.createElement("a");
  link.href = "/sign-in/";
  link.target = "_blank";
  link.textContent = "Sign in again in a new tab";
  return link;
}
