import { vi } from "vitest";
import { carryOut } from "../src/cli/program.ts";

/** What became of a command: its exit code, and all that it wrote. */
export interface CarriedOut {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Carries a command out in this process, where starting one takes longer than what is tested. */
export async function carriedOut(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CarriedOut> {
  const [out, err] = [heard(process.stdout), heard(process.stderr)];
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  try {
    const code = await carryOut(["node", "spillway", ...words]);
    return { code, out: out.all(), err: err.all() };
  } finally {
    for (const each of [out, err]) each.restore();
    vi.unstubAllEnvs();
  }
}

/** All that is written to a stream from here on, which writes none of it. */
function heard(stream: NodeJS.WriteStream) {
  let said = "";
  const spy = vi.spyOn(stream, "write").mockImplementation((chunk) => {
    said += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    return true;
  });
  return { all: () => said, restore: () => spy.mockRestore() };
}
