// Follow-up questions: data-shown-when="item=yes|unable" (several joined by " & "; "*" is any answer).
// The server draws the right state; this keeps it right between answers.
import { pairs } from "./saving/answers.js";

export function reveal(root) {
  root.addEventListener("change", () => {
    // In page order, so that a follow-up of a follow-up sees what has just been hidden.
    for (const element of root.querySelectorAll("[data-shown-when]")) {
      element.hidden = !holds(root, element.dataset.shownWhen);
    }
  });
}

function holds(root, condition) {
  return condition.split(" & ").every((part) => {
    const [id, wanted] = part.split("=");
    const values = answers(root, id);
    return wanted === "*" ? values.length > 0 : wanted.split("|").some((value) => values.includes(value));
  });
}

function answers(root, id) {
  const item = root.querySelector(`[data-item="${CSS.escape(id)}"]`);
  if (!item || item.hidden) return [];
  return pairs(item).map(([, value]) => value).filter((value) => value.trim());
}
