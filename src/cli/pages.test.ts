import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkPage, pagePaths, writePage } from "./pages.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spillway-pages-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a check leaves neither a file nor a mark on the one that is there", async () => {
  const page = join(folder, "page.html");
  await checkPage(page, []);
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(page, "old");
  await checkPage(page, []);
  expect(readFileSync(page, "utf8")).toBe("old");
});

test("a page never takes the place of a file that is read, whatever it is called", async () => {
  const [input, link] = [join(folder, "usage.csv"), join(folder, "link.html")];
  writeFileSync(input, "rows");
  symlinkSync(input, link);
  await expect(checkPage(link, [input])).rejects.toThrow("it is one of the files that are read");
  expect(readFileSync(input, "utf8")).toBe("rows");
});

test("a page replaces what a link points to, and leaves the link", async () => {
  const [page, link] = [join(folder, "page.html"), join(folder, "link.html")];
  writeFileSync(page, "old");
  symlinkSync(page, link);
  await writePage(link, "new");
  expect(readFileSync(page, "utf8")).toBe("new");
  expect(readdirSync(folder)).toEqual(["link.html", "page.html"]);
});

test("a place that went away meanwhile is said in a sentence", async () => {
  const page = join(folder, "gone", "page.html");
  await expect(writePage(page, "new")).rejects.toThrow(
    /cannot be written: its folder is not there/,
  );
});

test("each of several clusters has a page of its own", () => {
  expect(pagePaths("a/report.html", [{ name: "A 100/x" }, { name: "H100" }])).toEqual([
    "a/report-A-100-x.html",
    "a/report-H100.html",
  ]);
  expect(pagePaths(undefined, [{ name: "H100" }])).toEqual([]);
});
