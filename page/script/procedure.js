// Rules and numbers of stages, and what changes from ballot to ballot.

const RULES = ["consensus", "unanimity", "majority", "two-thirds", "consensus-minus-one", "unsc", "eu-qmv", "no_veto"];
const quoted = (text) => JSON.stringify(text);

/** A rule as TOML. */
function ruleText(rule) {
  if (typeof rule === "string") return quoted(rule);
  const [[kind, it]] = Object.entries(rule);
  if (kind === "all" || kind === "any") return `{ ${kind} = [${it.map(ruleText).join(", ")}] }`;
  const parts = [`of = ${quoted(it.of)}`];
  if (kind === "objections") parts.push(`at_most = ${quoted(it.bar)}`);
  else parts.push(`${it.more ? "more_than" : "at_least"} = ${quoted(it.bar)}`);
  if (kind === "share" && it.base !== "all") parts.push(`base = ${quoted(it.base)}`);
  return `{ ${kind} = { ${parts.join(", ")} } }`;
}

/** The conditions of a rule that have a threshold, with what each is in words. */
function thresholds(rule) {
  if (typeof rule === "string") return [];
  const [[kind, it]] = Object.entries(rule);
  if (kind === "all" || kind === "any") return it.flatMap(thresholds);
  const enough = it.more ? "more than" : "at least";
  const words = {
    share: `share of ${it.of} in favour${it.base === "voting" ? ", of those voting" : ""}: ${enough}`,
    count: `${it.of} in favour: ${enough}`,
    objections: `${it.of} who object: at most`,
  };
  return [{ condition: it, words: words[kind] }];
}

/** By stage: where its thresholds are shown. */
let ruleParts = new Map();

function stagePart(stage) {
  const path = `stage.${stage.name}.appoint`;
  const bars = make("div");
  const select = make("select", { id: newId() });
  const asWritten = stage.appoint === null ? "appoints no one" : "as in the scenario";
  select.append(
    make("option", { value: "" }, asWritten),
    ...RULES.map((rule) => make("option", { value: rule }, rule)),
  );
  const own = make("option", { value: "own", hidden: true }, "with other thresholds");
  select.append(own);
  select.addEventListener("change", () => {
    change(path, select.value, "");
    follow(rounds);
    commit();
  });
  readers.push(() => {
    const now = changes.get(path) ?? "";
    select.value = now === "" || RULES.includes(now) ? now : "own";
    own.hidden = select.value !== "own";
    select.parentElement?.classList.toggle("is-changed", now !== "");
  });
  ruleParts.set(stage.name, { path, bars });
  const shown = ["repeat", "appoint_from", "continues", "goodwill"];
  const numbers = panel.numbers.filter((it) => it.path.startsWith(`stage.${stage.name}.`));
  return make(
    "fieldset",
    {},
    make("legend", {}, `Stage ${stage.name}`),
    make("div", { className: "row" }, make("label", { htmlFor: select.id }, "rule"), select),
    bars,
    ...numbers.filter((it) => shown.includes(it.path.split(".").pop())).map(numberControl),
  );
}

/** Shows the thresholds of the rules as they are now. */
function showRules(stages) {
  for (const { name, appoint } of stages) {
    const { path, bars } = ruleParts.get(name) ?? {};
    if (!bars || bars.contains(document.activeElement)) continue;
    const rows = (appoint === null ? [] : thresholds(appoint)).map(({ condition, words }) => {
      const input = make("input", { type: "text", id: newId(), value: condition.bar, size: 5 });
      input.addEventListener("change", () => {
        condition.bar = input.value.trim();
        change(path, ruleText(appoint), "");
        follow(rounds);
        commit();
        fill();
      });
      return make("div", { className: "row" }, make("label", { htmlFor: input.id }, words), input);
    });
    bars.replaceChildren(...rows);
  }
}

/** A control for a number of a stage or of the dynamics. */
function numberControl({ path, meaning, number, min, max, whole }) {
  const label = path.split(".").pop();
  const hint = meaning.replaceAll("`", "");
  if (min === 0 && max === 1 && number !== null) return slider({ path, label, hint, number, min, max, step: 0.01 });
  return exactNumber({ path, label, hint, number, min, max, isWhole: whole });
}

/** Side payments: a table that is set as a whole. */
function accommodation() {
  const path = "dynamics.accommodation";
  const before = panel.accommodation ?? { holdouts: 0, probability: 0, limit: null };
  const number = (text, key) => Number(new RegExp(`\\b${key} = ([.\\d]+)`).exec(text)?.[1]);
  const now = () => {
    const text = changes.get(path);
    if (text === undefined) return before;
    return { ...before, holdouts: number(text, "holdouts"), probability: number(text, "probability") };
  };
  const text = ({ holdouts, probability, limit }) => {
    const parts = [`holdouts = ${Math.max(1, holdouts)}`, `probability = ${written(holdouts === 0 ? 0 : probability)}`];
    if (limit !== null) parts.push(`limit = ${written(limit)}`);
    return `{ ${parts.join(", ")} }`;
  };
  const field = (key, properties, hint) => {
    const [id, hintId] = [newId(), newId()];
    const input = make("input", { type: "number", id, "aria-describedby": hintId, ...properties });
    input.addEventListener("change", () => {
      const next = { ...now(), [key]: Number(input.value) };
      if (key === "probability" && next.holdouts === 0) next.holdouts = 1;
      change(path, text(next), panel.accommodation === null ? "" : text(before));
      follow(rounds);
      commit();
      readers.forEach((read) => read());
    });
    const row = make(
      "div",
      { className: "row" },
      make("label", { htmlFor: id }, key),
      input,
      make("small", { id: hintId }, hint),
    );
    readers.push(() => {
      if (document.activeElement !== input) input.value = now()[key];
      row.classList.toggle("is-changed", changes.has(path));
    });
    return row;
  };
  return make(
    "fieldset",
    {},
    make("legend", {}, "Side payments"),
    field("holdouts", { min: 0, step: 1 }, "at most so many members who veto the leader may yield"),
    field("probability", { min: 0, max: 1, step: "any" }, "that each of them does"),
  );
}
