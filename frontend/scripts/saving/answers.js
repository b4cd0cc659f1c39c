// One question's controls: read as a form would send them, and set to somebody else's answer.

const COMPOSITE = ".tc-item--vitals, .tc-item--counters, .tc-item--repeating, .tc-item--carried";
const controls = (item) => [...item.querySelectorAll("input[name], select[name], textarea[name]")];

/** What the question holds, as [name, value] pairs in page order. */
export const pairs = (item) => controls(item).flatMap((control) => given(control, control.checked, control.value));

/** What the server drew, which it therefore has. */
export const drawn = (item) =>
  controls(item).flatMap((control) => given(control, control.defaultChecked, drawnValue(control)));

/** The pairs as the answers address takes them: `value` for one control, full names for a card or a table. */
export function fields(item) {
  const named = item.matches(COMPOSITE);
  return pairs(item).map(([name, value]) => [named ? name : "value", value]);
}

/** Put an answer in the controls: a list of values, or a mapping of names to values. */
export function put(item, answer) {
  for (const control of controls(item)) {
    if (!Array.isArray(answer)) control.value = answer[control.name] ?? "";
    else if (ticks(control)) control.checked = answer.includes(control.value);
    else control.value = answer[0] ?? "";
  }
}

/** Tell what listens to the controls that an answer was put in them. */
export function announce(item) {
  for (const control of controls(item)) control.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Whether the controls already hold an answer of either shape. */
export function holds(item, answer) {
  if (!Array.isArray(answer)) return controls(item).every((control) => control.value === (answer[control.name] ?? ""));
  const mine = pairs(item).map(([, value]) => value).filter(Boolean);
  return mine.length === answer.length && mine.every((value) => answer.includes(value));
}

/** Whether a control is typed into, so that a pause is waited for. */
export const typed = (control) => control.matches("textarea, input:not([type=radio], [type=checkbox])");

const ticks = (control) => control.type === "radio" || control.type === "checkbox";

function given(control, checked, value) {
  if (ticks(control)) return checked ? [[control.name, control.value]] : [];
  return [[control.name, value]];
}

function drawnValue(control) {
  if (control.tagName !== "SELECT") return control.defaultValue;
  return [...control.options].find((option) => option.defaultSelected)?.value ?? control.options[0]?.value ?? "";
}
