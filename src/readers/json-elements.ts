import { InputError } from "./input-error.ts";
import type { TextSource } from "./source.ts";

/** One element of an array, and the line it begins on. */
export interface Element {
  readonly line: number;
  readonly value: unknown;
}

/**
 * Streams the objects in one array of a JSON object, `{ …, "jobs": [ {…}, {…} ], … }`, some at a time, so that a file
 * of any size is read with a few elements in memory. What lies beside the array is passed over unread.
 * @param key of the outermost object, whose value is the array
 * @throws InputError where the array is missing, an element is broken, or the text is cut short or goes on
 */
export async function* readElements(source: TextSource, key: string): AsyncGenerator<Element[]> {
  const scanner = new Scanner(source.file, key);
  for await (const chunk of source.chunks) yield scanner.scan(chunk);
  scanner.finish();
}

/** Depth of brackets within the outermost object, within its array, within an element of that. */
const OUTER = 1;
const ARRAY = 2;
const ELEMENT = 3;

const NEWLINE = 10;
const QUOTE = 34;
const BACKSLASH = 92;

function opens(code: number): boolean {
  return code === 123 || code === 91; // { [
}

function closes(code: number): boolean {
  return code === 125 || code === 93; // } ]
}

class Scanner {
  readonly #file: string;
  readonly #key: string;
  readonly #keyAtEnd: RegExp;
  #line = 1;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The latest text directly within the outermost object: it ends with the key of what follows. */
  #outer = "";
  #inArray = false;
  #sawArray = false;
  /** Text of an element that earlier chunks began; null outside of an element. */
  #begun: string | null = null;
  #beganLine = 0;

  constructor(file: string, key: string) {
    this.#file = file;
    this.#key = key;
    this.#keyAtEnd = new RegExp(`"${key}"\\s*:\\s*$`);
  }

  scan(chunk: string): Element[] {
    const elements: Element[] = [];
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const code = chunk.charCodeAt(i);
      if (code === NEWLINE) this.#line++;
      if (this.#inString) this.#passString(code);
      else if (code === QUOTE) this.#inString = true;
      else if (opens(code)) from = this.#open() ? i : from;
      else if (closes(code)) {
        if (this.#close()) elements.push(this.#element(chunk.slice(from, i + 1)));
      } else if (this.#depth === 0 && this.#sawArray) this.#refuseMore(chunk.charAt(i));
      if (this.#depth === OUTER) this.#outer = this.#outer.slice(-40) + chunk.charAt(i);
    }
    if (this.#begun !== null) this.#begun += chunk.slice(from);
    return elements;
  }

  finish(): void {
    if (this.#depth > 0) throw this.#fault("a whole JSON object", "one that is cut short");
    if (!this.#sawArray) throw this.#fault(`an array "${this.#key}"`, "none");
  }

  #passString(code: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === BACKSLASH) this.#escaped = true;
    else if (code === QUOTE) this.#inString = false;
  }

  /** @returns whether an element begins */
  #open(): boolean {
    if (this.#depth === OUTER) this.#inArray = this.#keyAtEnd.test(this.#outer);
    this.#sawArray ||= this.#inArray;
    this.#depth++;
    if (!this.#inArray || this.#depth !== ELEMENT) return false;
    this.#begun = "";
    this.#beganLine = this.#line;
    return true;
  }

  /** @returns whether an element ends */
  #close(): boolean {
    this.#depth--;
    if (this.#depth < 0) throw this.#fault("a JSON object", "a bracket too many");
    return this.#begun !== null && this.#depth === ARRAY;
  }

  #element(rest: string): Element {
    const text = (this.#begun ?? "") + rest;
    this.#begun = null;
    try {
      return { line: this.#beganLine, value: JSON.parse(text) as unknown };
    } catch (error) {
      const found = error instanceof Error ? error.message : "something else";
      const expected = "a JSON object";
      throw new InputError(
        { file: this.#file, line: this.#beganLine, expected, found },
        { cause: error },
      );
    }
  }

  #refuseMore(character: string): void {
    if (character.trim() !== "") throw this.#fault("the end of the file", "more behind the JSON");
  }

  #fault(expected: string, found: string): InputError {
    return new InputError({ file: this.#file, line: this.#line, expected, found });
  }
}
