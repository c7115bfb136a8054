import { stripVTControlCharacters } from "node:util";

/** Text from outside without what could steer a terminal: no escape sequence and no control character, line feeds included. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/\p{C}/gu, "");
}

/** A trace's name on one line of a terminal, cut where it is longer than `longest` characters. */
export function printableName(name: string, longest: number): string {
  const plain = printable(name);
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
}
