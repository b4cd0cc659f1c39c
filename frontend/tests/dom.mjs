// A stand-in for the browser's document, as much of it as our scripts touch: elements from plain HTML, events that bubble, forms.
// What a script asks for and the stand-in lacks fails loudly; it is no place for a second truth about browsers.

const VOID = new Set(["input", "br", "hr", "img"]);
const PART = /^(\*|[a-z][\w-]*)|#([\w-]+)|\.([\w-]+)|\[([\w-]+)(?:(~?=)"?([^\]"]*)"?)?\]|:not\(([^)]*)\)/i;
const camel = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const halfOpen = (words) => words.split("(").length !== words.split(")").length;
const dashed = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export class Event {
  defaultPrevented = false;
  stopped = false;
  target = null;

  constructor(type, { bubbles = false, ...more } = {}) {
    Object.assign(this, { type, bubbles, button: 0, isTrusted: true, ...more });
  }

  preventDefault() {
    this.defaultPrevented = true;
  }

  stopImmediatePropagation() {
    this.stopped = true;
  }
}

class Target {
  #listeners = [];

  addEventListener(type, heard, options = {}) {
    this.#listeners.push({ type, heard, capture: options === true || Boolean(options.capture) });
  }

  hear(event, capture) {
    for (const one of this.#listeners.filter((each) => each.type === event.type && each.capture === capture)) {
      if (!event.stopped) one.heard(event);
    }
  }

  dispatchEvent(event) {
    event.target ??= this;
    const path = [this];
    while (path.at(-1).parent) path.push(path.at(-1).parent);
    for (const one of [...path].reverse()) one.hear(event, true);
    for (const one of event.bubbles ? path : [this]) one.hear(event, false);
    return !event.defaultPrevented;
  }
}

class Text {
  constructor(words) {
    this.textContent = String(words);
  }
}

export class Element extends Target {
  nodes = [];
  parent = null;
  #attributes = new Map();
  #typed = {}; // what somebody did to the control since it was drawn

  constructor(tag) {
    super();
    this.tagName = tag.toUpperCase();
    this.dataset = new Proxy({}, {
      get: (_, name) => this.#attributes.get(`data-${dashed(name)}`),
      set: (_, name, value) => Boolean(this.#attributes.set(`data-${dashed(name)}`, String(value))),
      deleteProperty: (_, name) => this.#attributes.delete(`data-${dashed(name)}`) || true,
      ownKeys: () => [...this.#attributes.keys()].filter((key) => key.startsWith("data-")).map((key) => camel(key.slice(5))),
    });
    this.classList = {
      all: () => (this.className || "").split(/\s+/).filter(Boolean),
      contains: (name) => this.classList.all().includes(name),
      add: (...names) => (this.className = [...new Set([...this.classList.all(), ...names])].join(" ")),
      remove: (...names) => (this.className = this.classList.all().filter((one) => !names.includes(one)).join(" ")),
      toggle: (name, on) => this.classList[on ? "add" : "remove"](name),
    };
  }

  getAttribute(name) {
    return this.#attributes.get(name) ?? null;
  }

  setAttribute(name, value) {
    this.#attributes.set(name, String(value));
  }

  removeAttribute(name) {
    this.#attributes.delete(name);
  }

  toggleAttribute(name, on) {
    if (on) this.#attributes.set(name, "");
    else this.#attributes.delete(name);
  }

  get children() {
    return this.nodes.filter((node) => node instanceof Element);
  }

  get options() {
    return this.querySelectorAll("option");
  }

  get parentElement() {
    return this.parent instanceof Element ? this.parent : null;
  }

  get firstChild() {
    return this.nodes[0] ?? null;
  }

  get firstElementChild() {
    return this.children[0] ?? null;
  }

  get nextElementSibling() {
    const all = this.parent.children;
    return all[all.indexOf(this) + 1] ?? null;
  }

  get isConnected() {
    return this.parent === document || Boolean(this.parentElement?.isConnected);
  }

  get textContent() {
    return this.nodes.map((node) => node.textContent).join("");
  }

  set textContent(words) {
    this.nodes = [new Text(words)];
  }

  get innerHTML() {
    return this.html ?? "";
  }

  set innerHTML(html) {
    this.html = html;
    this.nodes = [];
    this.append(...parsed(html));
  }

  append(...nodes) {
    this.#insert(this.nodes.length, nodes);
  }

  replaceChildren(...nodes) {
    this.nodes = [];
    this.append(...nodes);
  }

  before(...nodes) {
    this.parent.#insert(this.parent.nodes.indexOf(this), nodes);
  }

  after(...nodes) {
    this.parent.#insert(this.parent.nodes.indexOf(this) + 1, nodes);
  }

  remove() {
    this.parent.nodes = this.parent.nodes.filter((node) => node !== this);
    this.parent = null;
  }

  #insert(place, nodes) {
    const made = nodes.map((node) => (node instanceof Element || node instanceof Text ? node : new Text(node)));
    this.nodes.splice(place, 0, ...made);
    for (const node of made) if (node instanceof Element) node.parent = this;
  }

  matches(selectors) {
    return selectors.split(/,\s*(?![^(]*\))/).some((one) => this.#fits(one.trim()));
  }

  #fits(selector) {
    const link = selector.match(/^(.*\S)\s+(\S+)$/);
    if (link && !halfOpen(link[1])) return this.#fits(link[2]) && Boolean(this.parentElement?.closest(link[1]));
    let rest = selector;
    while (rest) {
      const found = rest.match(PART);
      if (!found) throw new Error(`The stand-in does not know the selector ${selector}.`);
      if (!this.#part(found)) return false;
      rest = rest.slice(found[0].length);
    }
    return true;
  }

  #part([, tag, id, name, attribute, how, value, not]) {
    if (tag) return tag === "*" || this.tagName === tag.toUpperCase();
    if (id) return this.id === id;
    if (name) return this.classList.contains(name);
    if (not) return !this.matches(not);
    const held = this.getAttribute(attribute);
    if (how === "~=") return (held ?? "").split(/\s+/).includes(value);
    return how ? held === value : held !== null;
  }

  closest(selectors) {
    if (this.matches(selectors)) return this;
    return this.parentElement?.closest(selectors) ?? null;
  }

  querySelectorAll(selectors) {
    if (this.tagName === "TEMPLATE") return [];
    return this.children.flatMap((child) => [...(child.matches(selectors) ? [child] : []), ...child.querySelectorAll(selectors)]);
  }

  querySelector(selectors) {
    return this.querySelectorAll(selectors)[0] ?? null;
  }

  // Controls: what was drawn, and what somebody made of it.
  get defaultValue() {
    return this.getAttribute("value") ?? (this.tagName === "TEXTAREA" ? this.textContent : "");
  }

  get value() {
    if (this.#typed.value !== undefined) return this.#typed.value;
    if (this.tagName !== "SELECT") return this.defaultValue || (this.type === "checkbox" ? "on" : "");
    return this.options.find((option) => option.defaultSelected)?.value ?? this.options[0]?.value ?? "";
  }

  set value(value) {
    this.#typed.value = String(value);
  }

  get defaultChecked() {
    return this.getAttribute("checked") !== null;
  }

  get defaultSelected() {
    return this.getAttribute("selected") !== null;
  }

  get checked() {
    return this.#typed.checked ?? this.defaultChecked;
  }

  set checked(checked) {
    this.#typed.checked = checked;
  }

  focus() {
    document.activeElement = this;
  }

  click() {
    this.dispatchEvent(new Event("click", { bubbles: true }));
  }

  requestSubmit(submitter = null) {
    this.submits = (this.submits ?? 0) + (this.dispatchEvent(new Event("submit", { bubbles: true, submitter })) ? 1 : 0);
  }

  // Of a dialog.
  showModal() {
    this.open = true;
  }

  close() {
    this.open = false;
  }
}

for (const name of ["id", "type", "name", "href", "target", "className"]) {
  const attribute = name === "className" ? "class" : name;
  Object.defineProperty(Element.prototype, name, {
    get() {
      return this.getAttribute(attribute) ?? "";
    },
    set(value) {
      this.setAttribute(attribute, value);
    },
  });
}
for (const name of ["hidden", "disabled"]) {
  Object.defineProperty(Element.prototype, name, {
    get() {
      return this.getAttribute(name) !== null;
    },
    set(on) {
      this.toggleAttribute(name, on);
    },
  });
}

/** The elements of plain HTML: tags, attributes, text. */
export function parsed(html) {
  const top = new Element("div");
  const open = [top];
  for (const [, closes, tag, rest, words] of html.matchAll(/<(\/?)([a-z][\w-]*)((?:"[^"]*"|[^">])*)>|([^<]+)/gi)) {
    if (words !== undefined) {
      if (words.trim()) open.at(-1).append(words.trim());
    } else if (closes) {
      open.pop();
    } else {
      const made = new Element(tag);
      for (const [, name, value] of rest.matchAll(/([\w-]+)(?:="([^"]*)")?/g)) made.setAttribute(name, value ?? "");
      open.at(-1).append(made);
      if (!VOID.has(tag)) open.push(made);
    }
  }
  const template = top.querySelectorAll("*").find((one) => one.tagName === "TEMPLATE");
  if (template) template.html = html.match(/<template[^>]*>([\s\S]*?)<\/template>/)[1];
  return top.nodes;
}

/** A new page with this body, as the globals that the scripts read; returns its body. */
export function page(html, person = "asha") {
  const made = new Target();
  made.parent = globalThis.window = new Target();
  globalThis.document = made;
  const root = new Element("html");
  const body = new Element("body");
  Object.assign(made, {
    body, documentElement: root, activeElement: body, visibilityState: "visible",
    createElement: (tag) => new Element(tag),
    querySelector: (selectors) => root.querySelector(selectors),
    querySelectorAll: (selectors) => root.querySelectorAll(selectors),
    getElementById: (id) => root.querySelector(`[id="${id}"]`),
  });
  root.parent = made;
  root.append(body);
  body.innerHTML = html;
  body.dataset.person = person;
  body.dataset.personName = "Asha Patel";
  globalThis.location = { href: "https://house.test/screens/1/", loads: 0, reload: () => (location.loads += 1),
    assign: (address) => (location.href = address) };
  window.location = location;
  globalThis.Event = Event;
  globalThis.CSS = { escape: (words) => words };
  return body;
}

/** Somebody types into a control, or ticks it. */
export function type(control, value) {
  control.value = value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

export function change(control, value) {
  if (typeof value === "boolean") control.checked = value;
  else if (value !== undefined) control.value = value;
  control.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Let everything that waits for a promise run. */
export async function settled() {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
