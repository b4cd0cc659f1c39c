// Hides a second press of a button that signs; the database would refuse it anyway.

const GIVEN_UP = 8000; // by then the press failed, or the person chose to stay on the page

export function signOnce(form) {
  const buttons = () => [...form.querySelectorAll("button:not([type=button])")];

  function free() {
    delete form.dataset.sent;
    buttons().forEach((button) => (button.disabled = false));
  }

  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    // After the form is read: a disabled button would not send its own name.
    setTimeout(() => buttons().forEach((button) => (button.disabled = true)));
    setTimeout(free, GIVEN_UP);
    return undefined;
  });

  // Coming back with the browser's button shows the page as it was left.
  window.addEventListener("pageshow", free);
}
