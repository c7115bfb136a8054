import type { InputError } from "./input-error.ts";

/** Either stops at the first bad row or, where the user allowed it, counts bad rows and remembers the first few. */
export class BadRows {
  readonly #skip: boolean;
  readonly #first: InputError[] = [];
  #count = 0;

  constructor(skip: boolean) {
    this.#skip = skip;
  }

  /** @throws the fault, unless bad rows are skipped */
  add(fault: InputError): void {
    if (!this.#skip) throw fault;
    this.#count++;
    if (this.#first.length < 3) this.#first.push(fault);
  }

  get count(): number {
    return this.#count;
  }

  /** What to tell the user: nothing, or how many rows were left out and what was wrong with the first. */
  notes(): string[] {
    if (this.#count === 0) return [];
    const few = this.#first.map((fault) => fault.message).join("; ");
    const more = this.#count > this.#first.length ? "; …" : "";
    return [`skipped ${this.#count} bad row${this.#count > 1 ? "s" : ""}: ${few}${more}`];
  }
}
