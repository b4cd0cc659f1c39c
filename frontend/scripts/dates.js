// A date in words under its box, "Friday 1 May 2026, 18:30": a browser set to another country shows 05/01 for the first of May.

const DATES = "input[type=date], input[type=datetime-local]";
const DAY = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };

export function dates(root) {
  root.querySelectorAll(DATES).forEach(say);
  for (const type of ["input", "change"]) {
    root.addEventListener(type, (event) => event.target.matches(DATES) && say(event.target));
  }
}

function say(input) {
  const words = input.nextElementSibling?.matches(".tc-said") ? input.nextElementSibling : after(input);
  words.textContent = input.value ? said(input.value) : "";
}

function said(value) {
  // The value is a wall clock's; read and written as UTC so that no time zone moves it.
  const [day, time] = value.split("T");
  const words = new Intl.DateTimeFormat("en-GB", DAY).format(new Date(`${day}T00:00Z`)).replace(",", "");
  return time ? `${words}, ${time}` : words;
}

function after(input) {
  const words = document.createElement("span");
  words.className = "tc-said";
  input.after(words);
  return words;
}
