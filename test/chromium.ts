import { existsSync } from "node:fs";

const PATH = "/usr/bin/chromium";

/** How a real browser is started to look at a page: without a window, and without any traffic of its own. */
export const LAUNCH = {
  executablePath: PATH,
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/** @throws where there is no browser, with how to get one */
export function needChromium(): void {
  if (existsSync(PATH)) return;
  throw new Error(
    `${PATH} is missing: a page is drawn in a real browser. Run: apt-get install chromium`,
  );
}
