// One more, one fewer, and the sum of what they are worth. The server works the sum out again from the answers.
export function counters(card) {
  const inputs = [...card.querySelectorAll("input")];
  const total = card.querySelector("[data-total]");

  function add() {
    const worth = inputs.map((input) => (Number(input.value) || 0) * (Number(input.dataset.weight) || 0));
    if (total) total.value = String(Math.round(worth.reduce((sum, one) => sum + one, 0) * 10) / 10);
  }

  function step(button) {
    const input = button.parentElement.querySelector("input");
    const count = Math.max(0, (Number.parseInt(input.value, 10) || 0) + Number(button.dataset.step));
    input.value = String(count);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  for (const button of card.querySelectorAll("[data-step]")) {
    button.hidden = false;
    button.addEventListener("click", () => step(button));
  }
  for (const type of ["input", "change"]) card.addEventListener(type, add);
  if (inputs.some((input) => input.value)) add();
}
