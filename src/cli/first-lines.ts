import { relative } from "node:path";

/** What is said when the market is up. */
export interface FirstLines {
  readonly url: string;
  readonly dataDir: string;
  readonly speed: number;
  readonly keyFile: string;
  /** Null: it was shown when the installation was founded, and never again. */
  readonly ownerKey: string | null;
}

/** Where it is, how to get in, and what to try next. */
export function firstLines({ url, dataDir, speed, keyFile, ownerKey }: FirstLines): string {
  const clock = speed === 1 ? "as fast as yours" : `${speed} times as fast as yours`;
  const key =
    ownerKey === null ? keyFile : `${keyFile}, shown this once:\n             ${ownerKey}`;
  return `Spillway is on ${url}
  API docs   ${url}/docs
  data       ${dataDir}
  clock      ${clock}
  owner key  ${key}

Try next, in another terminal:
  ./spillway login${atUrl(url)} --key-file ${here(keyFile)}
  ./spillway pools
  docs/quickstart.md goes on to a sale, a recall and an invoice. Ctrl-C stops.
`;
}

const USUAL_PORT = ":8420";

function atUrl(url: string): string {
  return url === `http://localhost${USUAL_PORT}` ? "" : ` --url ${url}`;
}

/** As one would type it from where one is. */
function here(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith("..") ? file : short;
}
