import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { BacktestResult } from "../backtest/report.ts";
import { recalls, timeline } from "./capacity.ts";
import { forecast } from "./forecast.ts";
import { footer, masthead, opening, type PageContext } from "./frame.ts";
import { glossary } from "./glossary.ts";
import { html, jsonForScript, type Markup, verbatim } from "../markup/markup.ts";
import { noticeColors } from "./colors.ts";
import { pageData } from "./page-data.ts";
import { promises } from "./promises.ts";
import { revenue } from "./revenue.ts";

/** The page's own scripts, each after those that it imports; the last one starts the page. */
const SCRIPTS = ["theme", "timeline", "recalls", "forecast", "promises", "main"] as const;

/**
 * The whole backtest as one page that stands by itself: styles, charts and figures are inside, and its own
 * security policy forbids it to fetch anything or to run any other script.
 */
export function renderHtml(result: BacktestResult, context: PageContext): string {
  const script = pageScript();
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${securityPolicy(script)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>Backtest of ${result.report.trace.name} · Spillway</title>
        <link rel="icon" href="data:," />
        ${element("style", pageFile("page.css") + noticeColors(result.series.by_notice.length))}
      </head>
      <body>
        <a class="skip" href="#answer">Skip to the answer</a>
        ${masthead(result.report, context)}
        <main>
          ${opening(result.report)} ${revenue(result.report)} ${timeline(result)} ${recalls(result)}
          ${promises(result)} ${forecast(result)} ${glossary()}
        </main>
        ${footer(result.report, context)}
        <script type="application/json" id="data">
          ${jsonForScript(pageData(result))}
        </script>
        ${element("script", script)}
      </body>
    </html> `;
  return page.markup;
}

/** The policy below names the script by its hash: not a space may come between. */
function element(name: "style" | "script", text: string): Markup {
  return verbatim(`<${name}>${text}</${name}>`);
}

function securityPolicy(script: string): string {
  const hash = createHash("sha256").update(script).digest("base64");
  return (
    `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; ` +
    `img-src data:; base-uri 'none'; form-action 'none'`
  );
}

/** The chart library and the page's own scripts, which none of them may end early. */
function pageScript(): string {
  const library = readFileSync(
    new URL(import.meta.resolve("echarts/dist/echarts.common.min.js")),
    "utf8",
  );
  const own = SCRIPTS.map((name) => joinable(pageFile(`${name}.js`))).join("\n");
  const script = `${library}\n(() => {\n"use strict";\n${own}\n})();\n`;
  return script.replaceAll("</script", String.raw`<\/script`);
}

/** A module without its imports and exports: joined into one scope, it finds what it imported there. */
function joinable(module: string): string {
  return module.replaceAll(/^import [^;]+;\n/gm, "").replaceAll(/^export /gm, "");
}

function pageFile(name: string): string {
  return readFileSync(new URL(`page/${name}`, import.meta.url), "utf8");
}
