// Pages as they look on a phone, on a desk and on paper, as PNG and PDF files, to be looked at.
//
//     node page/tests/pictures.mjs FOLDER [SCENARIO...]
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, open, pageOf, scenarioAt } from "./pages.mjs";

const [folder, ...named] = process.argv.slice(2);
const scenarios = named.length > 0 ? named : ["nato-2023", "un-2016", "ioc-2012"];
mkdirSync(folder, { recursive: true });
const { browser, close } = await launch();
for (const name of scenarios) {
  const file = pageOf(scenarioAt(name));
  for (const [width, colorScheme] of [
    [400, "light"],
    [1280, "light"],
    [1280, "dark"],
  ]) {
    const { page, context } = await open(browser, file, { viewport: { width, height: 900 }, colorScheme });
    await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    await context.close();
  }
  const { page, context } = await open(browser, file);
  await page.pdf({ path: join(folder, `${name}.pdf`), preferCSSPageSize: true, printBackground: true });
  await context.close();
}
await close();
