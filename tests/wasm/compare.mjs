// Holds the CSV files that the WebAssembly module writes together with the native program's, byte by byte.
//
// But for one column: McNemar's p-values are made of logarithms, which every system rounds in its own way. There nine
// digits must agree.
//
//     node tests/wasm/compare.mjs MODULE.wasm PROGRAM ROUNDS SCENARIO.toml...
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

const [module, program, rounds, ...scenarios] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(module));
const { alloc, answer, release, memory } = instance.exports;

/** What the module answers to a request. */
function ask(request) {
  const bytes = new TextEncoder().encode(JSON.stringify(request));
  const start = alloc(bytes.length);
  new Uint8Array(memory.buffer, start, bytes.length).set(bytes);
  const result = BigInt.asUintN(64, answer(start, bytes.length));
  release(start, bytes.length);
  const [from, length] = [Number(result & 0xffffffffn), Number(result >> 32n)];
  const text = new TextDecoder().decode(new Uint8Array(memory.buffer, from, length));
  release(from, length);
  const files = JSON.parse(text);
  if ("error" in files) throw new Error(files.error);
  return files;
}

/** The tables that lie beside a scenario, by their path from there. */
function tablesBeside(scenario) {
  const folder = join(dirname(scenario), "data");
  const names = readdirSync(folder).filter((name) => name.endsWith(".csv"));
  return Object.fromEntries(names.map((name) => [`data/${name}`, readFileSync(join(folder, name), "utf8")]));
}

/** The CSV files that the native program writes, by command and name. */
function native(scenario, judgements, hasAssumptions) {
  const folder = mkdtempSync(join(tmpdir(), "nemcon-"));
  const options = (command) => [
    command, scenario, "--rounds", rounds, "--judgements", String(judgements), "--quiet", "--out", join(folder, command),
  ];
  try {
    execFileSync(program, options("run"), { stdio: ["ignore", "ignore", "inherit"] });
    const compared = spawnSync(program, options("compare"), { encoding: "utf8" });
    if (compared.status !== 0 && (hasAssumptions || !compared.stderr.includes("nothing to compare"))) {
      throw new Error(compared.stderr);
    }
    const written = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".csv"));
    return Object.fromEntries(written.map((name) => [name, readFileSync(join(folder, name))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether two files are the same but for the last digits of a last column of p-values. */
function agree(ours, theirs) {
  const [a, b] = [ours, theirs].map((file) => file.split("\n"));
  const cut = (line) => [line.slice(0, line.lastIndexOf(",")), line.slice(line.lastIndexOf(",") + 1)];
  return a.length === b.length && a[0].endsWith(",mcnemar_p") && a.every((line, row) => {
    const [[left, p], [right, q]] = [cut(line), cut(b[row])];
    return left === right && (p === q || Math.abs(p / q - 1) < 1e-9);
  });
}

let [same, alike, different] = [0, 0, 0];
for (const scenario of scenarios) {
  const tables = tablesBeside(scenario);
  const text = readFileSync(scenario, "utf8");
  // Fewer points than usual: here it is only whether they are the same.
  const judgements = /^\[\[judgement\]\]/m.test(text) ? 32 : 0;
  const ours = ask({ scenario: text, tables, rounds: Number(rounds), judgements });
  const theirs = native(scenario, judgements, Object.keys(ours).some((name) => name.startsWith("compare/")));
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    if (name in ours && name in theirs && Buffer.from(ours[name]).equals(theirs[name])) {
      same += 1;
    } else if (name in ours && name in theirs && agree(ours[name], theirs[name].toString())) {
      alike += 1;
    } else {
      different += 1;
      const why = name in ours ? (name in theirs ? "differs" : "is WebAssembly's alone") : "is the native program's alone";
      console.error(`${basename(scenario)}: ${name} ${why}`);
    }
  }
}
console.log(
  `${scenarios.length} scenarios: ${same} files are the same, byte by byte, ${alike} but for last digits of p-values; ` +
    `${different} differ`,
);
process.exitCode = same > 0 && different === 0 ? 0 : 1;
