// Holds what the engine of the page says together with the native program: counts, files and differences, over
// scenarios as they are and with a view and a veto changed.
//
//     node page/tests/engine.mjs PROGRAM ROUNDS SCENARIO.toml...
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";

const [program, rounds, ...scenarios] = process.argv.slice(2);
const module = await WebAssembly.compile(gunzipSync(readFileSync(new URL("../engine.wasm.gz", import.meta.url))));

/** An engine of its own, as a function from what is asked and the request to the answer. */
async function engine() {
  const { alloc, release, memory, ...exports } = (await WebAssembly.instantiate(module)).exports;
  return (what, request) => {
    const bytes = new TextEncoder().encode(JSON.stringify(request));
    const start = alloc(bytes.length);
    new Uint8Array(memory.buffer, start, bytes.length).set(bytes);
    const packed = BigInt.asUintN(64, exports[what](start, bytes.length));
    release(start, bytes.length);
    const [from, length] = [Number(packed & 0xffffffffn), Number(packed >> 32n)];
    const answer = JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, from, length)));
    release(from, length);
    if (answer?.error) throw new Error(answer.error);
    return answer;
  };
}

/** Whatever can be saved from pieces of the page, by name. */
function filesIn(sections) {
  const links = sections.flatMap(([, html]) => [...html.matchAll(/download="([^"]+)" href="data:[^,]*,([^"]*)"/g)]);
  return new Map(links.map(([, name, text]) => [name, decodeURIComponent(text)]));
}

function native(...options) {
  const asked = [...options, "--rounds", rounds, "--judgements", "0", "--quiet"];
  return execFileSync(program, asked, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });
}

/** Rows of a CSV file of the program without line breaks in it, as objects. */
function rows(csv) {
  const cells = (line) => [...line.matchAll(/("([^"]|"")*"|[^,]*)(,|$)/g)].map((match) => match[1]);
  const [header, ...lines] = csv.trimEnd().split("\n").map(cells);
  return lines.map((line) => Object.fromEntries(header.map((name, i) => [name, line[i]])));
}

let [compared, different] = [0, 0];
function same(what, ours, theirs) {
  compared += 1;
  if (ours === theirs) return;
  different += 1;
  console.error(`${what} differs:\n  ${String(ours).slice(0, 300)}\n  ${String(theirs).slice(0, 300)}`);
}

const counts = ({ outcomes }) => outcomes.map(({ id, count }) => `${id ?? "no-consensus"} ${count}`).join(", ");
const natively = (csv) =>
  rows(csv)
    .map(({ outcome, count }) => `${outcome} ${count}`)
    .join(", ");

for (const scenario of scenarios) {
  const [name, folder] = [basename(scenario), join(dirname(scenario), "data")];
  const text = readFileSync(scenario, "utf8");
  const tables = {};
  for (const table of readdirSync(folder).filter((table) => table.endsWith(".csv"))) {
    tables[`data/${table}`] = readFileSync(join(folder, table), "utf8");
  }
  const ask = await engine();
  const seed = /^seed\s*=\s*([\d_]+)/m.exec(text)?.[1].replaceAll("_", "") ?? "1";
  ask("prepare", { name, text, tables, set: [], seed });
  const { members, candidates } = ask("describe", { assumption: "stated" });
  const world = (settings) => {
    ask("settle", { assumption: "stated", settings });
    // In two parts, as in the page.
    ask("simulate", { until: 1000, by_ballot: true });
    ask("simulate", { until: Number(rounds), by_ballot: true });
    return ask("show", { widths: ["wide"], tables: true });
  };
  const out = mkdtempSync(join(tmpdir(), "nemcon-"));
  try {
    const settings = [
      [`support.${members[0].id}.${candidates[0].id}`, "-2.5"],
      [`veto.${members[0].id}`, members[0].veto.probability === 1 ? "none" : "absolute"],
    ];
    for (const changes of [[], settings]) {
      const shown = world(changes);
      const set = changes.flatMap(([path, value]) => ["--set", `${path}=${value}`]);
      const label = [name, ...set].join(" ");
      const folder = join(out, String(changes.length));
      same(
        `${label}: outcomes`,
        counts(shown),
        natively(native("run", scenario, ...set, "--out", folder, "--format", "csv")),
      );
      for (const [file, ours] of filesIn(shown.sections)) {
        if (!readdirSync(folder).includes(file)) continue;
        // The page leaves out rows that its charts do not show.
        const theirs = new Set(readFileSync(join(folder, file), "utf8").split("\n"));
        same(
          `${label}: ${file}`,
          ours,
          ours
            .split("\n")
            .filter((row) => theirs.has(row))
            .join("\n"),
        );
      }
      // To a list in brackets no assumption can be added below.
      if (changes.length === 0 || /^assumption\s*=/m.test(text)) continue;
      const lines = changes.map(
        ([path, value]) => `"${path}" = ${/^[a-z]/.test(value) ? JSON.stringify(value) : value}`,
      );
      cpSync(join(dirname(scenario), "data"), join(out, "data"), { recursive: true });
      writeFileSync(join(out, name), `${text}\n[[assumption]]\nname = "mine"\n[assumption.set]\n${lines.join("\n")}\n`);
      const theirs = rows(native("compare", join(out, name), "--assumptions", "mine", "--format", "csv"));
      const interval = (value, low, high) => [value, low, high].map(Number).join(" ");
      // A world that is the report's own differs in nothing.
      const ours = shown.outcomes.map(
        ({ difference }) => difference && interval(difference.value, difference.low, difference.high),
      );
      same(
        `${label}: differences`,
        ours.join("; "),
        theirs.map((row) => interval(row.difference, row.ci_low, row.ci_high)).join("; "),
      );
    }
  } finally {
    rmSync(out, { recursive: true });
  }
}
console.log(
  `${scenarios.length} scenarios: ${compared - different} of ${compared} answers of the engine are the native program's`,
);
process.exitCode = compared > 0 && different === 0 ? 0 : 1;
