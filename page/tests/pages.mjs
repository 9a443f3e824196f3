// What the tests of pages have in common: the program that writes them, the browser that opens them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = process.env.NEMCON ?? join(root, "target/release/nemcon");
const folder = mkdtempSync(join(tmpdir(), "nemcon-pages-"));

export const scenarioAt = (name) => join(root, "scenarios", `${name}.toml`);

/** What the program writes to standard output. */
export function nemcon(...options) {
  return execFileSync(program, options, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });
}

const written = new Map();

/** Where the page of the scenario in the file `path` is; it is written once. */
export function pageOf(path, ...options) {
  const key = [path, ...options].join(" ");
  if (!written.has(key)) {
    const out = join(folder, `${basename(path, ".toml")}-${written.size}.html`);
    // Fewer points than usual: how a page looks and runs does not depend on it.
    const judgements = /^\[\[judgement\]\]/m.test(readFileSync(path, "utf8")) ? "32" : "0";
    nemcon("report", path, "--out", out, "--rounds", "20000", "--judgements", judgements, "--quiet", ...options);
    written.set(key, out);
  }
  return written.get(key);
}

/** A file of its own for a test. */
export const fileFor = (name) => join(folder, name);

export async function launch() {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  const close = async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  };
  return { browser, close };
}

/** Opens a page as one opens a file; `complaints` are errors of any kind and everything that is asked of a network. */
export async function open(browser, file, { hash = "", until = "whole", ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!/^(file|blob|data):/.test(request.url())) complaints.push(request.url());
  });
  await page.goto(`file://${file}${hash}`);
  if (until) await page.waitForSelector(`#panel[data-state=${until}]:not([aria-busy])`, { timeout: 60_000 });
  return { page, context, complaints };
}

/** The rounds and counts that the page shows, once it is still. */
export async function counts(page) {
  const panel = page.locator("#panel[data-state=whole]:not([aria-busy])");
  await panel.waitFor();
  const shown = await panel.evaluate((it) => ({ ...it.dataset }));
  return {
    rounds: Number(shown.rounds),
    counts: JSON.parse(shown.counts).map(([id, count]) => [id ?? "no-consensus", count]),
  };
}

/** The same from the program. */
export function countsOfRun(path, rounds, ...options) {
  const csv = nemcon(
    "run",
    path,
    "--rounds",
    String(rounds),
    "--judgements",
    "0",
    "--format",
    "csv",
    "--quiet",
    ...options,
  );
  const [header, ...lines] = csv
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  const [outcome, last] = [header.indexOf("outcome"), header.length - header.indexOf("count")];
  // Names may have commas in them; what is counted stands behind.
  return { rounds, counts: lines.map((cells) => [cells[outcome], Number(cells[cells.length - last])]) };
}
