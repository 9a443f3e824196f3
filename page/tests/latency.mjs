// How fast the page follows its reader: medians in milliseconds, in Chromium, beside the native program on the same machine.
//
//     node page/tests/latency.mjs
import { performance } from "node:perf_hooks";
import { launch, nemcon, open, pageOf, scenarioAt } from "./pages.mjs";

const NATO = scenarioAt("nato-2023");
const TIMES = 31;
const median = (times) => [...times].sort((a, b) => a - b)[times.length >> 1];

const { browser, close } = await launch();
const file = pageOf(NATO);

/** Opens a page in a window that has been there for a while: opening one keeps the machine busy by itself. */
async function openLater(browser, file) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.waitForTimeout(2000);
  await page.goto(`file://${file}`, { waitUntil: "commit" });
  return { page, context };
}

const first = [];
for (let time = 0; time < 7; time++) {
  const { page, context } = await openLater(browser, file);
  // From the start of navigation to the first result of the engine.
  const handle = await page.waitForSelector("#panel[data-state]", { timeout: 60_000 });
  first.push(Number(await handle.getAttribute("data-first")));
  await context.close();
}
console.log(`first result after opening: ${median(first).toFixed(0)}`);

for (const assumption of ["stated", "first-reading"]) {
  const { page, context } = await open(browser, file, {
    hash: assumption === "stated" ? "" : `#assumption=${assumption}`,
  });
  await page.getByLabel("Whose").selectOption("USA");
  const slider = page.getByRole("slider", { name: "Ben Wallace" }).first();
  // From the input to the charts drawn: the frame after the last piece is in place.
  const times = (type) =>
    slider.evaluate(
      async (input, [type, count]) => {
        const panel = document.getElementById("panel");
        const once = (value) =>
          new Promise((resolve) => {
            const began = performance.now();
            const seen = new MutationObserver(() => {
              if (panel.hasAttribute("aria-busy")) return;
              seen.disconnect();
              document.body.getBoundingClientRect();
              resolve(performance.now() - began);
            });
            input.value = value;
            input.dispatchEvent(new Event(type));
            seen.observe(panel, { attributes: true });
          });
        const times = [];
        // The first are warming up.
        for (let time = -10; time < count; time++) {
          const took = await once((time % 20) / 10 - 1.05);
          if (time >= 0) times.push(took);
          if (type === "change") await new Promise((rest) => setTimeout(rest, 30));
        }
        return times;
      },
      [type, TIMES],
    );
  const [whole, preview] = [await times("change"), await times("input")];
  const native = (rounds) => {
    const took = [];
    for (let time = 0; time < 7; time++) {
      const began = performance.now();
      nemcon(
        "run",
        NATO,
        "--assumption",
        assumption,
        "--rounds",
        rounds,
        "--judgements",
        "0",
        "--threads",
        "1",
        "--quiet",
      );
      took.push(performance.now() - began);
    }
    return median(took);
  };
  const simulation = native("20001") - native("1");
  console.log(
    `${assumption}: 20,000 rounds ${median(whole).toFixed(1)}, preview of 1,000 ${median(preview).toFixed(1)}; ` +
      `the native program simulates 20,000 in ${simulation.toFixed(1)}: ratio ${(median(whole) / simulation).toFixed(2)}`,
  );
  await context.close();
}
await close();
