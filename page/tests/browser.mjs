// Whole pages in a browser: `node --test page/tests/browser.mjs`. With NEMCON_ALL=1 every shipped scenario is looked at by
// axe, which takes some minutes.
import assert from "node:assert/strict";
import { cpSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { counts, countsOfRun, fileFor, launch, open, pageOf, scenarioAt } from "./pages.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NATO = scenarioAt("nato-2023");
const FEW = ["nato-2023", "un-2016", "ioc-2012"];
const ALL = readdirSync(new URL("../../scenarios", import.meta.url)).filter((name) => name.endsWith(".toml"));
const scenarios = process.env.NEMCON_ALL ? ALL.map((name) => name.replace(".toml", "")) : FEW;

let [browser, close, nato] = [];
before(async () => {
  ({ browser, close } = await launch());
  nato = pageOf(NATO);
});
after(() => close());

/** What axe finds that is serious, with everything open. */
async function seriousIn(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((it) => (it.open = true)));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map((node) => node.html.slice(0, 200))
        .join("\n  ")}`,
  );
}

for (const name of scenarios) {
  test(`${name} opens from a file, asks nothing of a network and is accessible, in light and dark`, async () => {
    const file = pageOf(scenarioAt(name));
    for (const colorScheme of ["light", "dark"]) {
      const { page, context, complaints } = await open(browser, file, { colorScheme });
      assert.deepEqual(await seriousIn(page), [], colorScheme);
      assert.deepEqual(complaints, [], colorScheme);
      await context.close();
    }
  });
}

test("a slider moved and a veto toggled give the counts of the program, and the address brings them back", async () => {
  const { page, context, complaints } = await open(browser, nato);
  await page.getByLabel("Whose").selectOption("USA");
  const slider = page.getByRole("slider", { name: "Ben Wallace" }).first();
  await slider.focus();
  for (let press = 0; press < 8; press++) await page.keyboard.press("ArrowRight");
  assert.deepEqual(await counts(page), countsOfRun(NATO, 20_000, "--set", "support.USA.wallace=-1.2"));

  await page.getByRole("radio", { name: "none" }).check();
  const both = ["--set", "support.USA.wallace=-1.2", "--set", "veto.USA=none"];
  const expected = countsOfRun(NATO, 20_000, ...both);
  assert.deepEqual(await counts(page), expected);
  const lines = await page.getByLabel("As --set lines").inputValue();
  assert.deepEqual(lines.split(/\s/), both);
  assert.match(await page.locator("[data-live=chosen] .changed").textContent(), /--set veto\.USA=none/);

  const hash = new URL(page.url()).hash;
  const again = await open(browser, nato, { hash });
  assert.deepEqual(await counts(again.page), expected);
  await again.page.getByLabel("Whose").selectOption("USA");
  assert.equal(await again.page.getByRole("slider", { name: "Ben Wallace" }).first().inputValue(), "-1.2");
  assert.ok(await again.page.getByRole("radio", { name: "none" }).isChecked());
  await again.context.close();

  await page.getByRole("button", { name: "Undo" }).click();
  assert.deepEqual(await counts(page), countsOfRun(NATO, 20_000, "--set", "support.USA.wallace=-1.2"));
  await page.getByRole("button", { name: "Reset" }).click();
  assert.deepEqual(await counts(page), countsOfRun(NATO, 20_000));
  assert.equal(new URL(page.url()).hash, "");
  assert.equal(await page.locator("[data-live] .changed").count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("thresholds, availability, dynamics and another assumption are what --set and --assumption are", async () => {
  const { page, context, complaints } = await open(browser, nato);
  await page.getByLabel("Assumption", { exact: true }).selectOption("first-reading");
  assert.deepEqual(await counts(page), countsOfRun(NATO, 20_000, "--assumption", "first-reading"));
  for (const part of ["Candidates: who stands", "Procedure", "Dynamics"])
    await page.getByText(part, { exact: true }).click();
  await page.getByLabel("Mark Rutte, exactly").last().fill("0.9");
  await page.keyboard.press("Tab");
  await page.getByRole("group", { name: "Stage consultations" }).getByLabel("rule").selectOption("majority");
  await counts(page);
  const bar = page
    .getByRole("group", { name: "Stage consultations" })
    .getByLabel(/in favour/)
    .first();
  await bar.fill("3/5");
  await page.keyboard.press("Tab");
  await page.getByLabel("memory, exactly").fill("0.5");
  await page.keyboard.press("Tab");
  const shown = await counts(page);
  await page.getByText("Take it with you").click();
  const words = (await page.getByLabel("As --set lines").inputValue()).split("\n").flatMap((line) => {
    const [option, ...rest] = line.split(" ");
    return [option, rest.join(" ").replace(/^'(.*)'$/, "$1")];
  });
  assert.equal(words.filter((word) => word === "--set").length, 3, words.join(" "));
  assert.deepEqual(shown, countsOfRun(NATO, 20_000, ...words));
  assert.deepEqual(complaints, []);
  await context.close();
});

test("what is taken along as an assumption differs from the report by what the panel says", async () => {
  const un = scenarioAt("un-2016");
  const { page, context } = await open(browser, pageOf(un), { hash: "#support.CHN.turk=2&veto.RUS=none" });
  const shown = await counts(page);
  await page.getByText("Take it with you").click();
  const toml = await page.getByLabel("As an assumption in TOML").inputValue();
  const set = /\[assumption\.set\]\n(.*)/s
    .exec(toml)[1]
    .split("\n")
    .map((line) => line.replaceAll('"', "").replace(" = ", "="));
  assert.deepEqual(shown, countsOfRun(un, 20_000, ...set.flatMap((change) => ["--set", change])));
  await context.close();
});

test("what is taken along does as a file of the scenario and on the command line what the panel says", async () => {
  const hash = `#${new URLSearchParams([
    ["support.USA.wallace", "-1.2"],
    ["veto.GBR", "{ probability = 0.5, cost = 1 }"],
    ["candidate.rutte.availability", "0.9"],
    ["stage.consultations.appoint", '{ share = { of = "members", at_least = "3/5" } }'],
    ["dynamics.memory", "0.5"],
    ["dynamics.accommodation", "{ holdouts = 2, probability = 0.3 }"],
  ])}`;
  const folder = fileFor("taken");
  cpSync(new URL("../../scenarios", import.meta.url), folder, { recursive: true });
  const copy = join(folder, "nato-2023.toml");
  const { page, context, complaints } = await open(browser, nato, { hash });
  const shown = await counts(page);
  await page.getByText("Take it with you").click();
  const toml = await page.getByLabel("As an assumption in TOML").inputValue();
  writeFileSync(copy, `${readFileSync(copy, "utf8")}\n${toml}\n`);
  assert.deepEqual(shown, countsOfRun(copy, 20_000, "--assumption", "mine"));
  const lines = (await page.getByLabel("As --set lines").inputValue()).replaceAll("\n", " ");
  // As a shell reads them.
  const words = [...lines.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)].map(
    ([, quoted, bare]) => bare ?? quoted.replaceAll("'\\''", "'"),
  );
  assert.equal(words.length, 12, lines);
  assert.deepEqual(shown, countsOfRun(NATO, 20_000, ...words));
  assert.deepEqual(complaints, []);
  await context.close();
});

test("charts off the screen follow, too, and are complete on paper", async () => {
  const { page, context } = await open(browser, nato);
  await page.getByLabel("Whose").selectOption("USA");
  await page.getByRole("radio", { name: "none" }).check();
  await counts(page);
  const changed = page.locator("[data-live] .changed");
  await changed.nth(4).waitFor({ state: "attached" });
  for (const name of ["chosen", "flow", "blocks", "ends", "ballots"]) {
    const piece = page.locator(`[data-live=${name}]`);
    assert.match(await piece.locator(".changed").textContent(), /veto\.USA=none/, name);
    assert.equal(await piece.locator("svg.wide, svg.narrow").count(), 2, name);
    assert.ok((await piece.locator("table").count()) > 0, name);
  }
  // The same where one scrolls while something is dragged.
  await page.locator("#ballots").scrollIntoViewIfNeeded();
  const before = await page.locator("[data-live=ballots] svg.wide").innerHTML();
  await page
    .getByRole("slider", { name: "Ben Wallace" })
    .first()
    .evaluate((it) => {
      it.value = 3;
      it.dispatchEvent(new Event("input"));
    });
  await counts(page);
  await page.waitForFunction((old) => document.querySelector("[data-live=ballots] svg.wide").innerHTML !== old, before);
  await context.close();
});

test("a mistake is said and leaves the charts as they are", async () => {
  const { page, context, complaints } = await open(browser, nato, { hash: "#support.USA.wallas=1", until: null });
  await page.locator("#panel .failure").filter({ hasText: "wallas" }).waitFor();
  assert.match(await page.locator("[data-live=chosen]").textContent(), /Ben Wallace/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("what an address says that means nothing is said", async () => {
  const { page, context, complaints } = await open(browser, nato, { hash: "#wallace" });
  const unread = page.locator("#panel .failure").filter({ hasText: "address" });
  assert.match(await unread.textContent(), /: wallace$/);
  // A place in the page is none of it, nor is what the engine reads.
  for (const [hash, expected] of [
    ["#blocks", ""],
    ["#assumption=none&veto.USA=none", "assumption=none"],
    ["#veto.USA=none&veto.GBR=none", ""],
  ]) {
    await page.evaluate((hash) => (location.hash = hash), hash);
    await page.waitForFunction((expected) => {
      const shown = [...document.querySelectorAll("#panel .failure:not([hidden])")]
        .map((it) => it.textContent)
        .join("");
      return expected === "" ? shown === "" : shown.endsWith(expected);
    }, expected);
  }
  await counts(page);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("large bodies begin with groups, and have single members on demand", async () => {
  const { page, context } = await open(browser, pageOf(scenarioAt("ioc-2012")));
  const whose = page.getByLabel("Whose");
  const groups = await whose.locator("option").count();
  await page.getByLabel(/single members/).check();
  assert.ok((await whose.locator("option").count()) > groups + 40);
  await context.close();
});

test("whoever has foresight is told that something has to be solved", async () => {
  const file = fileFor("patient.toml");
  writeFileSync(
    file,
    `title = "Patience"
candidate = [{ id = "x" }, { id = "y" }]
member = [{ id = "A" }, { id = "B" }, { id = "C" }]
support = { A = { x = 1 }, B = { y = 1 } }
stage = [{ name = "talks", repeat = 4, appoint = "unanimity" }]
dynamics = { foresight = 0.5 }
`,
  );
  const { page, context } = await open(browser, pageOf(file));
  const said = page.evaluate(
    () =>
      new Promise((resolve) => {
        const status = document.querySelector("#panel .status");
        new MutationObserver(() => status.textContent.includes("waiting is worth") && resolve(true)).observe(status, {
          childList: true,
        });
      }),
  );
  await page.getByLabel("Whose").selectOption("B");
  await page.getByRole("slider").first().press("ArrowRight");
  assert.ok(await said);
  assert.deepEqual(await counts(page), countsOfRun(file, 20_000, "--set", "support.B.x=0.1"));
  await context.close();
});

test("results print on two sheets, and the appendix on others", async () => {
  for (const name of FEW) {
    const { page, context } = await open(browser, pageOf(scenarioAt(name)));
    const sheets = async () => {
      const pdf = await page.pdf({ preferCSSPageSize: true });
      return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
    };
    const all = await sheets();
    await page.locator(".appendix").evaluate((it) => it.remove());
    const ofResults = await sheets();
    assert.ok(ofResults <= 2 && all > ofResults, `${name}: ${ofResults} of ${all}`);
    await context.close();
  }
});

test("names are text, whatever they are", async () => {
  const file = fileFor("hostile.toml");
  const bad = [
    `<img src=x onerror='window.hacked=1'></script><script>window.hacked=1</script>`,
    `]]><!--<svg onload='window.hacked=1'>-->{{constructor.constructor('window.hacked=1')()}}`,
    `\\" onmouseover=\\"window.hacked=1\\" x='`,
    `\\u202egnorw \\u2066si siht`,
    `مرشح ${"very-long-".repeat(15)}`,
  ];
  const candidates = bad.map((name, i) => `{ id = "c${i}", name = "${name}" }`).join(", ");
  const members = bad.map((name, i) => `{ id = "m${i}", name = "${name}" }`).join(", ");
  writeFileSync(
    file,
    `title = "${bad[0]} ${bad[3]}"
summary = "${bad.join(" ")} [link](javascript:window.hacked=1) **b**"
sources = ["${bad.join('", "')}"]
candidate = [${candidates}]
member = [${members}]
veto = { m0 = "absolute", m1 = { probability = 0.5 } }
stage = [{ name = "talks", repeat = 3, appoint = "consensus" }]
support = { m0 = { c0 = 1, c1 = -1 }, m2 = { c3 = 1 } }
dynamics = { memory = 0.5 }
[[assumption]]
name = "other"
summary = "${bad[0]}"
set = { "support.m2.c3" = -1 }
[[judgement]]
name = "shift"
shift = ["support.*.*"]
low = -1
high = 1
note = "${bad[1]}"
`,
  );
  const titled = pageOf(file, "--title", bad.slice(0, 2).join(" "));
  for (const [page_, hash] of [
    [titled, ""],
    [titled, `#support.m0.c0=${encodeURIComponent(bad[0])}`],
    [titled, `#${bad[0]}=.`],
  ]) {
    const { page, context, complaints } = await open(browser, page_, { hash, until: null });
    await page.locator("#panel[data-state]:not([aria-busy]), #panel .failure:not([hidden])").first().waitFor();
    if (hash === "") {
      for (let index = 0; index < bad.length; index++) {
        await page.getByLabel("Whose").selectOption({ index });
        await page.getByRole("slider").first().press("ArrowLeft");
        await counts(page);
      }
      await page.evaluate(() => document.querySelectorAll("details").forEach((it) => (it.open = true)));
      await page.locator("body").hover();
      assert.ok((await page.locator("body").textContent()).includes("]]>"), "as text it is there");
      assert.ok(!(await page.locator("body").innerHTML()).includes("\u202e"), "nothing turns the text around");
      const [needed, there] = await page.evaluate(() => [document.scrollingElement.scrollWidth, innerWidth]);
      assert.ok(needed <= there, `${needed} of ${there} pixels`);
    }
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(
      await page.locator("img, a[href^=javascript], main script, #panel script, [onerror], [onload]").count(),
      0,
    );
    assert.deepEqual(complaints, []);
    await context.close();
  }
});

test("without scripts the report is there, and a static page has none", async () => {
  const off = await open(browser, nato, { javaScriptEnabled: false, until: null });
  assert.ok(await off.page.getByRole("heading", { name: "Who is chosen" }).isVisible());
  assert.ok(!(await off.page.locator("#panel").isVisible()));
  await off.context.close();
  const file = pageOf(NATO, "--static");
  assert.ok(!readFileSync(file, "utf8").includes("<script"));
});

test("the same inputs give the same page", () => {
  const page = readFileSync(nato, "utf8");
  assert.equal(readFileSync(pageOf(NATO, "--threads", "1"), "utf8"), page);
  assert.ok(page.length < 1.2e6, `${page.length} bytes`);
});
