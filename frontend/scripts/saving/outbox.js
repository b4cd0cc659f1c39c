// Answers on their way: one request at a time, oldest first, the newest answer to a question in its place.
// An answer leaves only when the server has it; one it would not take is set aside and still counts as not saved.

const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 20000;

export class Outbox {
  #waiting = new Map(); // question -> when it was answered, by this device's clock
  #aside = new Set();
  #sending = null;
  #pause = FIRST_PAUSE;
  #timer = 0;

  /** `send(id, at)` resolves to "kept", "aside" or "again"; `changed()` hears of every step. */
  constructor(send, changed) {
    this.send = send;
    this.changed = changed;
  }

  get busy() {
    return this.#waiting.size + (this.#sending && !this.#waiting.has(this.#sending) ? 1 : 0);
  }

  get unsaved() {
    return this.busy + this.#aside.size;
  }

  isWaiting = (id) => this.#waiting.has(id);

  add(id, at = new Date().toISOString()) {
    this.#aside.delete(id);
    this.#waiting.set(id, at);
    this.changed();
    this.#next();
  }

  settle(id) {
    this.#aside.delete(id);
    this.changed();
  }

  /** Try now, whatever pause was running. */
  hurry() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#next();
  }

  async #next() {
    if (this.#sending || this.#timer || !this.#waiting.size) return;
    const [id, at] = this.#waiting.entries().next().value;
    this.#waiting.delete(id);
    this.#sending = id;
    const outcome = await this.send(id, at);
    this.#sending = null;
    this.#after(id, at, outcome);
    this.changed();
    this.#next();
  }

  #after(id, at, outcome) {
    if (outcome === "again") return this.#later(id, at);
    this.#pause = FIRST_PAUSE;
    if (outcome === "aside" && !this.#waiting.has(id)) this.#aside.add(id);
  }

  #later(id, at) {
    this.#waiting = new Map([[id, this.#waiting.get(id) ?? at], ...this.#waiting]);
    this.#timer = setTimeout(() => this.hurry(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }
}
