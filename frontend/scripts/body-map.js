// A tap on a part of the body fills a line of the table beside it; the lines show as numbers on the body.
// The table alone takes everything: the picture is a shorter way for a finger or a mouse.

const words = (control) =>
  (control?.tagName === "SELECT" ? control.selectedOptions[0]?.textContent : control?.value)?.trim().toLowerCase() ?? "";
const part = (row, name) => row.querySelector(`[name$=".${name}"]`);

export function bodyMap(drawing) {
  const table = drawing.querySelector("[data-behaviour~=repeating]");
  const lines = () => [...table.querySelectorAll("[data-row]")].filter((row) => !row.hidden);
  const filled = () => lines().filter((row) => words(part(row, "place")));

  function draw() {
    for (const place of drawing.querySelectorAll("[data-place]")) {
      const numbers = filled().flatMap((row, n) =>
        words(part(row, "place")) === place.dataset.place && words(part(row, "side")) === place.dataset.side ? [n + 1] : []);
      place.classList.toggle("tc-body__part--marked", numbers.length > 0);
      place.querySelector("text").textContent = numbers.join(" ");
    }
  }

  function blank() {
    const free = () => lines().find((row) => !words(part(row, "place")) && !words(part(row, "mark")));
    if (!free()) table.querySelector("[data-add]").click();
    return free();
  }

  function choose(place) {
    const row = lines().find((line) =>
      words(part(line, "place")) === place.dataset.place && words(part(line, "side")) === place.dataset.side) ?? blank();
    if (!row) return;
    set(part(row, "side"), place.dataset.side);
    set(part(row, "place"), place.dataset.place);
    draw();
    // What is seen comes next; the answer is sent when that is written, or when the finger goes elsewhere.
    (part(row, "mark") ?? part(row, "place")).focus();
    part(row, "place").dispatchEvent(new Event("change", { bubbles: true }));
  }

  drawing.addEventListener("click", (event) => {
    const place = event.target.closest("[data-place]");
    if (place) choose(place);
  });
  for (const type of ["change", "input"]) table.addEventListener(type, draw);
  draw();
}

function set(control, value) {
  if (!control) return;
  if (control.tagName !== "SELECT") control.value = value;
  else control.value = [...control.options].find((one) => one.value === value || words({ value: one.textContent }) === value)?.value ?? "";
}
