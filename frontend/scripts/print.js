// A button that prints the page. It is hidden until there is a script to answer it.
export function print(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
