// Pages as they look on screens of several widths and on paper, as PNG and PDF files, to be looked at; and the pictures
// of the documentation.
//
//     node page/tests/pictures.mjs FOLDER [SCENARIO...]
//     node page/tests/pictures.mjs --docs
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { counts, fileFor, launch, nemcon, open, pageOf, scenarioAt } from "./pages.mjs";

const { browser, close } = await launch();

/** A page on all screens and on paper. */
async function everywhere(name, folder) {
  const file = pageOf(scenarioAt(name));
  const screens = [
    [360, "light"],
    [400, "light"],
    [1280, "light"],
    [1280, "dark"],
    [3840, "light"],
  ];
  for (const [width, colorScheme] of screens) {
    const { page, context } = await open(browser, file, { viewport: { width, height: 900 }, colorScheme });
    // What is off the screen is drawn when it comes there.
    await page
      .locator("main section")
      .evaluateAll((all) => all.forEach((it) => (it.style.contentVisibility = "visible")));
    await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    await context.close();
  }
  const { page, context } = await open(browser, file);
  await page.pdf({ path: join(folder, `${name}.pdf`), preferCSSPageSize: true, printBackground: true });
  await context.close();
}

/** The pictures of `docs/report.md` and the README: nato-2023 as it is written without any option. */
async function documented() {
  const folder = fileURLToPath(new URL("../../docs/pictures", import.meta.url));
  const file = fileFor("nato-2023.html");
  nemcon("report", scenarioAt("nato-2023"), "--out", file, "--quiet");
  mkdirSync(folder, { recursive: true });
  const picture = async (name, options, arrange) => {
    const { page, context } = await open(browser, file, options);
    await arrange(page);
    const path = join(folder, `${name}.png`);
    await page.screenshot({ path });
    await context.close();
    // A page has few colours.
    execFileSync("pngquant", ["--force", "--strip", "--output", path, path]);
  };
  const toTheTop = (page) => page.locator("#chosen").evaluate((it) => it.scrollIntoView());
  const desk = { viewport: { width: 1280, height: 860 } };
  await picture("report", desk, async () => {});
  await picture("panel", desk, async (page) => {
    await page.getByLabel("Whose").selectOption("USA");
    await page.getByRole("radio", { name: "none" }).check();
    await counts(page);
    const exact = page.getByLabel("Ben Wallace, exactly").first();
    await exact.fill("-0.6");
    await exact.press("Tab");
    await counts(page);
    await page.locator("#panel").evaluate((it) => it.scrollTo(0, 0));
    await toTheTop(page);
  });
  await picture("phone", { viewport: { width: 400, height: 800 }, colorScheme: "dark" }, toTheTop);
}

const [folder, ...named] = process.argv.slice(2);
if (folder === "--docs") await documented();
else {
  mkdirSync(folder, { recursive: true });
  const scenarios = named.length > 0 ? named : ["nato-2023", "un-2016", "ioc-2012"];
  for (const name of scenarios) await everywhere(name, folder);
}
await close();
