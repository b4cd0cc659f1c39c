// Rows of small fields: one empty row at a time, "Add another", and "Remove". Without script three rows are there.
export function repeating(rows) {
  const add = rows.querySelector("[data-add]");
  const template = rows.querySelector("template");
  const lines = () => [...rows.querySelectorAll("[data-row]")];
  let next = lines().length;

  function show(row) {
    row.hidden = false;
    row.querySelector("[data-remove]").hidden = false;
    row.setAttribute("aria-label", `Line ${lines().filter((line) => !line.hidden).indexOf(row) + 1}`);
  }

  function grow() {
    const holder = document.createElement("div");
    holder.innerHTML = template.innerHTML.replaceAll("__row__", String(next++));
    const row = holder.firstElementChild;
    template.before(row);
    return row;
  }

  function remove(row) {
    for (const control of row.querySelectorAll("input, select, textarea")) control.value = "";
    row.hidden = true;
    // Still in the form, blank, so that the change is noticed and kept.
    row.dispatchEvent(new Event("change", { bubbles: true }));
    add.focus();
  }

  const [first, ...rest] = rows.querySelectorAll("[data-empty]");
  lines().forEach(show);
  rest.forEach((row) => (row.hidden = true));
  first.querySelector("[data-remove]").classList.add("tc-row__remove--quiet"); // there is nothing in it to remove

  add.hidden = false;
  add.addEventListener("click", () => {
    const row = lines().find((line) => line.hidden) ?? grow();
    show(row);
    row.querySelector("input, select, textarea").focus();
  });
  rows.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (button) remove(button.closest("[data-row]"));
  });
}
