// The script of the page: a panel of what can be changed, and the results that follow it.
//
// What is changed is a list of setting paths with their values, the same as `--set` takes. It stands in the address,
// so that a link carries it. A worker simulates it with the engine of the page and answers with pieces of HTML, each
// for the element with its `data-live`.
"use strict";

(() => {
  /** Rounds shown in the end, unless more are asked for. */
  const ROUNDS = 20_000;
  /** Rounds shown while something is dragged. */
  const PREVIEW = 1000;
  /** Milliseconds without a change after which a preview becomes the whole. */
  const REST = 150;
  /** Above so many members the panel begins with groups. */
  const MANY = 40;

  const panelElement = document.getElementById("panel");
  const scenarioElement = document.getElementById("scenario");
  if (!panelElement || !scenarioElement || !window.Worker || !window.WebAssembly || !window.DecompressionStream) return;
  const scenario = JSON.parse(scenarioElement.textContent);

  // ------------------------------------------------------------------------------------------------------------------
  // Elements

  let lastId = 0;
  const newId = () => `panel-${++lastId}`;

  /** An element with properties and content; text is text. */
  function make(tag, properties = {}, ...content) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name in element && name !== "list") element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...content.filter((part) => part !== null));
    return element;
  }

  const button = (text, onclick) => make("button", { type: "button", onclick }, text);

  // ------------------------------------------------------------------------------------------------------------------
  // State: an assumption, and changes by their setting paths

  /** What the engine says of the assumption at hand. */
  let panel = null;
  let assumptions = [];
  let assumption = null;
  /** Values as `--set` takes them, by path. */
  let changes = new Map();
  /** States before this one. */
  const past = [];
  /** The state that undo would come back to. */
  let settled = "";
  let rounds = ROUNDS;

  const stated = () => assumptions[0].name;
  const isChanged = () => changes.size > 0 || assumption !== stated();

  /** The state as the part of an address behind `#`. */
  function toAddress() {
    const parts = new URLSearchParams();
    if (assumption !== null && assumption !== stated()) parts.append("assumption", assumption);
    changes.forEach((value, path) => parts.append(path, value));
    return parts.toString();
  }

  /** Reads a state; paths have a dot, so that the anchors of sections are none. */
  function fromAddress(text) {
    const parts = [...new URLSearchParams(text)];
    const known = parts.find(([key, value]) => key === "assumption" && assumptions.some((it) => it.name === value));
    return {
      assumption: known ? known[1] : stated(),
      changes: new Map(parts.filter(([key, value]) => key.includes(".") && value !== "")),
    };
  }

  /** Whether the address says a state, and not where in the page to look. */
  const isState = (address) => address.includes("=");

  function writeAddress() {
    const address = toAddress();
    const bare = location.href.replace(/#.*/s, "");
    history.replaceState(null, "", address === "" ? bare : `${bare}#${address}`);
  }

  /** Sets a value, or takes the change back if it is what was there before. */
  function change(path, value, before) {
    if (value === before) changes.delete(path);
    else changes.set(path, value);
  }

  /** Notes the state that undo comes back to. */
  function commit() {
    const now = toAddress();
    if (now === settled) return;
    past.push(settled);
    settled = now;
    writeAddress();
    showState();
  }

  /** Turns to another state. */
  function turnTo(state) {
    const isOther = state.assumption !== assumption;
    ({ assumption, changes } = state);
    settled = toAddress();
    writeAddress();
    if (isOther) worker.postMessage({ describe: assumption });
    else fill();
    follow(rounds);
  }

  // ------------------------------------------------------------------------------------------------------------------
  // The worker

  let worker = null;
  let requested = 0;
  let resting = 0;
  const pieces = [...document.querySelectorAll("[data-live]")];
  const countsBallots = pieces.some((piece) => piece.dataset.live === "ballots");
  /** What the report itself shows. */
  const originals = new Map(pieces.map((piece) => [piece.dataset.live, piece.innerHTML]));

  /** For which of the two widths this screen shows charts. */
  function width() {
    const narrow = document.querySelector("[data-live] svg.narrow");
    return narrow && getComputedStyle(narrow).display !== "none" ? "narrow" : "wide";
  }

  /** Asks for the results of the state at hand. */
  function follow(until, isQuiet = false) {
    clearTimeout(resting);
    requested += 1;
    const settings = [...changes];
    worker.postMessage({
      id: requested,
      assumption,
      settings,
      until,
      byBallot: countsBallots,
      width: width(),
      isQuiet,
    });
    if (!isQuiet) panelElement.setAttribute("aria-busy", "true");
  }

  /** Follows what is still being moved: a preview at once, the whole after a rest. */
  function preview() {
    follow(PREVIEW);
    resting = setTimeout(() => follow(rounds), REST);
    showState();
  }

  function hear({ data }) {
    if (data.prepared) assumptions = data.prepared.assumptions;
    if (data.panel) {
      panel = data.panel;
      if (assumption === null) begin();
      fill();
    }
    if (data.error && data.id === undefined) return fail(data.error);
    if (data.id !== requested) return;
    if (data.error) return fail(data.error);
    if (data.settled) {
      fail(null);
      showRules(data.settled.stages);
      if (data.settled.solves)
        say("Finding what waiting is worth: this scenario has foresight, which takes a moment …");
    }
    if (data.shown) show(data.shown, data.milliseconds, data.isLast);
    if (data.isLast) panelElement.removeAttribute("aria-busy");
  }

  // ------------------------------------------------------------------------------------------------------------------
  // Results

  const status = make("p", { className: "status", role: "status" });
  const failure = make("p", { className: "failure", role: "alert", hidden: true });
  const differences = make("ul", { className: "differences" });

  const say = (text) => (status.textContent = text);

  function fail(text) {
    failure.hidden = text === null;
    failure.textContent = text ?? "";
    if (text !== null) {
      panelElement.removeAttribute("aria-busy");
      say("Not simulated; the charts show what was there before.");
    }
  }

  /** Puts a piece in place; what was open stays open, and who was in it stays there. */
  function put(piece, html) {
    const states = [...piece.querySelectorAll("details")].map((it) => it.open);
    const stops = "a, button, summary, [tabindex]";
    const at = [...piece.querySelectorAll(stops)].indexOf(document.activeElement);
    piece.innerHTML = html;
    piece.querySelectorAll("details").forEach((it, i) => (it.open = states[i] ?? false));
    if (at >= 0) piece.querySelectorAll(stops)[at]?.focus({ preventScroll: true });
  }

  /** What a piece with other results says first, on paper as well. */
  function notice() {
    const lines = setLines().split("\n").join(" ");
    return make("p", { className: "changed" }, "Changed by the reader: ", make("code", {}, lines));
  }

  function show(shown, milliseconds, isLast) {
    const html = isChanged() ? new Map(shown.sections) : originals;
    for (const piece of pieces) {
      const name = piece.dataset.live;
      if (!html.has(name)) continue;
      put(piece, html.get(name));
      if (isChanged() && html.get(name) !== "") piece.prepend(notice());
    }
    const count = shown.rounds.toLocaleString("en").replaceAll(",", "\u2009");
    say(`${count} rounds in ${Math.max(1, Math.round(milliseconds))} ms`);
    showDifferences(shown);
    panelElement.dataset.rounds = shown.rounds;
    panelElement.dataset.counts = JSON.stringify(shown.outcomes.map(({ id, count }) => [id, count]));
    panelElement.dataset.state = isLast ? "whole" : "part";
  }

  const points = (share) => `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)}`;

  /** How each outcome differs from the report's own, the largest difference first. */
  function showDifferences({ outcomes }) {
    const changed = outcomes.filter(
      ({ difference }) => difference && (difference.low !== difference.high || difference.value !== 0),
    );
    const moved = changed.filter(({ difference }) => difference.value !== 0);
    moved.sort((a, b) => Math.abs(b.difference.value) - Math.abs(a.difference.value));
    const item = ({ name, difference: { value, low, high } }) => {
      const reach = (100 * Math.max(value - low, high - value)).toFixed(1);
      const isClear = low > 0 || high < 0;
      const className = isClear ? (value > 0 ? "up" : "down") : "unclear";
      return make("li", { className }, make("bdi", {}, name), ` `, make("b", {}, points(value)), ` ± ${reach}`);
    };
    const lines = moved.slice(0, 8).map(item);
    if (moved.length > 8) lines.push(make("li", { className: "unclear" }, `${moved.length - 8} others, less`));
    if (lines.length === 0)
      lines.push(
        make("li", { className: "unclear" }, isChanged() ? "No round ends otherwise." : "Nothing is changed."),
      );
    differences.replaceChildren(...lines);
  }

  // ------------------------------------------------------------------------------------------------------------------
  // Controls

  /** Shown again whenever the state is another; each is a function that reads it. */
  let readers = [];

  /** A number as `--set` takes it. */
  const written = (number) => String(Math.round(number * 1e9) / 1e9);

  /** A labelled slider with the number beside it, for the value at `path`; `of` says what else there is to tell. */
  function slider({ path, label, hint = null, number, min, max, step, tell = null }) {
    const [id, hintId] = [newId(), newId()];
    const before = written(number);
    const value = () => Number(changes.get(path) ?? before);
    const range = make("input", { type: "range", id, min, max, step });
    const exact = make("input", { type: "number", step: "any", "aria-label": `${label}, exactly` });
    const told = make("small", { id: hintId });
    if (hint || tell) [range, exact].forEach((it) => it.setAttribute("aria-describedby", hintId));
    const read = () => {
      const now = value();
      if (document.activeElement !== exact) exact.value = written(now);
      range.value = now;
      told.textContent = tell ? tell(now) : (hint ?? "");
      row.classList.toggle("is-changed", changes.has(path));
    };
    const set = (input) => {
      if (input.value === "" || !Number.isFinite(Number(input.value))) return;
      change(path, written(Number(input.value)), before);
    };
    for (const input of [range, exact]) {
      input.addEventListener("input", () => (set(input), preview()));
      input.addEventListener("change", () => (set(input), follow(rounds), commit(), read()));
    }
    const row = make("div", { className: "row" }, make("label", { htmlFor: id }, label), exact, range, told);
    readers.push(read);
    return row;
  }

  /** A labelled number without a slider. */
  function exactNumber({ path, label, hint, number, min, max, isWhole }) {
    const [id, hintId] = [newId(), newId()];
    const before = number === null ? "" : written(number);
    const input = make("input", {
      type: "number",
      id,
      min,
      max,
      step: isWhole ? 1 : "any",
      "aria-describedby": hintId,
    });
    const read = () => {
      if (document.activeElement !== input) input.value = changes.get(path) ?? before;
      row.classList.toggle("is-changed", changes.has(path));
    };
    input.addEventListener("change", () => {
      change(path, input.value === "" ? before : written(Number(input.value)), before);
      follow(rounds);
      commit();
      read();
    });
    const row = make(
      "div",
      { className: "row" },
      make("label", { htmlFor: id }, label),
      input,
      make("small", { id: hintId }, hint),
    );
    readers.push(read);
    return row;
  }

  /** A part of the panel that can be closed. */
  function part(title, isOpen, ...content) {
    return make("details", { className: "part", open: isOpen }, make("summary", {}, title), ...content);
  }

  // ------------------------------------------------------------------------------------------------------------------
  // Members: views and vetoes

  const whose = make("select", { id: newId(), onchange: () => showMember() });
  const ofMember = make("div");
  let memberReaders = [];
  let knowsMembers = false;

  function fillMembers() {
    const option = ({ id, name, members }) =>
      make("option", { value: id }, members === undefined ? name : `${name} (${members})`);
    const chosen = whose.value;
    const isMany = panel.members.length > MANY && panel.groups.length > 0;
    const groups = make("optgroup", { label: "Groups" }, ...panel.groups.map(option));
    const members = make("optgroup", { label: "Members" }, ...panel.members.map(option));
    const single = () => whose.append(members);
    whose.replaceChildren(...(isMany ? [groups] : panel.groups.length > 0 ? [members, groups] : [members]));
    if (isMany) {
      const more = make("input", { type: "checkbox", id: newId(), checked: knowsMembers });
      more.addEventListener("change", () => {
        knowsMembers = more.checked;
        if (knowsMembers) single();
        else members.remove();
        showMember();
      });
      if (knowsMembers) single();
      singles.replaceChildren(
        make("label", { htmlFor: more.id }, more, ` single members, too (${panel.members.length})`),
      );
    }
    if (chosen) whose.value = chosen;
    if (whose.selectedIndex < 0) whose.selectedIndex = 0;
  }

  const singles = make("p", { className: "singles" });

  /** The points that members of `id` think of a candidate, own changes and those of groups included. */
  function view(member, index) {
    const candidate = panel.candidates[index].id;
    const sources = [member.id, ...member.groups];
    const moved = sources.map((source) => {
      const set = changes.get(`support.${source}.${candidate}`);
      return set === undefined ? 0 : Number(set) - panel.support[source][index];
    });
    return member.views[index] + moved.reduce((sum, one) => sum + one, 0);
  }

  function showMember() {
    const id = whose.value;
    const member = panel.members.find((it) => it.id === id);
    readers = readers.filter((read) => !memberReaders.includes(read));
    const start = readers.length;
    const sliders = panel.candidates.map((candidate, index) => {
      const number = panel.support[id][index];
      const most = Math.max(4, Math.ceil(Math.abs(number)) + 2);
      const tell = member && (() => `in all ${view(member, index).toFixed(2).replace("-", "−")} points in the mean`);
      const path = `support.${id}.${candidate.id}`;
      return slider({ path, label: candidate.name, number, min: -most, max: most, step: 0.1, tell });
    });
    ofMember.replaceChildren(
      make("fieldset", {}, make("legend", {}, "Support, in points"), ...sliders),
      vetoOf(id, member),
    );
    memberReaders = readers.slice(start);
    memberReaders.forEach((read) => read());
  }

  /** A veto power as `--set` takes it. */
  function vetoText({ probability, cost, alone, drawn, against }) {
    if (probability === 0) return "none";
    if (probability === 1 && cost === 0 && alone === 0 && against === null) return "absolute";
    const parts = [`probability = ${written(probability)}`, `cost = ${written(cost)}`];
    if (alone !== 0) parts.push(`alone = ${written(alone)}`);
    if (drawn !== "candidate") parts.push(`drawn = "${drawn}"`);
    if (against !== null) parts.push(`against = [${against.map((it) => `"${it}"`).join(", ")}]`);
    return `{ ${parts.join(", ")} }`;
  }

  /** Reads what [`vetoText`] writes, on top of what is `before` it. */
  function vetoFrom(text, before) {
    const all = { probability: 1, cost: 0, alone: 0, drawn: "candidate", against: null };
    if (text === "none") return { ...all, probability: 0 };
    if (text === "absolute") return all;
    const number = (key) => Number(new RegExp(`\\b${key} = ([-+.e\\d]+)`).exec(text)?.[1] ?? all[key]);
    const isWritten = before.probability > 0;
    return {
      probability: number("probability"),
      cost: number("cost"),
      alone: number("alone"),
      drawn: /drawn = "member"/.test(text) ? "member" : "candidate",
      against: /against/.test(text) && isWritten ? before.against : null,
    };
  }

  /** The veto power of a member, or of a group whose members are alike. */
  function vetoOf(id, member) {
    const path = `veto.${id}`;
    const inGroup = member ? [member] : panel.members.filter((it) => it.groups.includes(id));
    const texts = new Set(inGroup.map((it) => vetoText(it.veto)));
    const before = inGroup[0].veto;
    const beforeText = texts.size === 1 ? vetoText(before) : "";
    const name = newId();
    const kinds = ["none", "conditional", "absolute"];
    const now = () => vetoFrom(changes.get(path) ?? beforeText, before);
    const kindOf = (text) => (text === "" ? null : text === "none" || text === "absolute" ? text : "conditional");
    const set = (text) => change(path, text, beforeText);
    const radios = kinds.map((kind) => {
      const radio = make("input", { type: "radio", name, id: newId(), value: kind });
      radio.addEventListener("change", () => {
        const some =
          before.probability > 0 && kindOf(beforeText) === "conditional"
            ? before
            : { ...before, probability: 0.5, cost: 1 };
        set(kind === "conditional" ? vetoText(some) : kind);
        follow(rounds);
        commit();
        read();
      });
      return radio;
    });
    const numbers = [
      ["probability", 0, 1, 0.01, "that it would be used against a candidate, in a round"],
      ["cost", 0, 4, 0.1, "points of dislike that it takes if all others encourage"],
    ].map(([key, min, max, step, hint]) => {
      const [inputId, hintId] = [newId(), newId()];
      const input = make("input", { type: "range", id: inputId, min, max, step, "aria-describedby": hintId });
      const output = make("output", { htmlFor: inputId });
      const take = () => set(vetoText({ ...now(), [key]: Number(input.value) }));
      input.addEventListener("input", () => (take(), (output.textContent = input.value), preview()));
      input.addEventListener("change", () => (take(), follow(rounds), commit(), read()));
      const row = make(
        "div",
        { className: "row" },
        make("label", { htmlFor: inputId }, key),
        output,
        input,
        make("small", { id: hintId }, hint),
      );
      return { key, input, output, row };
    });
    const read = () => {
      const kind = kindOf(changes.get(path) ?? beforeText);
      radios.forEach((radio) => (radio.checked = radio.value === kind));
      numbers.forEach(({ key, input, output, row }) => {
        row.hidden = kind !== "conditional";
        if (!row.hidden) output.textContent = input.value = now()[key];
      });
      set_.classList.toggle("is-changed", changes.has(path));
    };
    const label = (radio) => make("label", { htmlFor: radio.id }, radio, radio.value);
    const mixed =
      beforeText === ""
        ? make("small", {}, "Its members’ vetoes differ; one with an entry of its own keeps it.")
        : null;
    const set_ = make(
      "fieldset",
      { className: "veto" },
      make("legend", {}, "Veto"),
      make("div", { className: "kinds" }, ...radios.map(label)),
      mixed,
      ...numbers.map(({ row }) => row),
    );
    readers.push(read);
    return set_;
  }

  // ------------------------------------------------------------------------------------------------------------------
  // Stages: rules and thresholds

  const RULES = [
    "consensus",
    "unanimity",
    "majority",
    "two-thirds",
    "consensus-minus-one",
    "unsc",
    "eu-qmv",
    "no_veto",
  ];
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
      const parts = [
        `holdouts = ${Math.max(1, holdouts)}`,
        `probability = ${written(holdouts === 0 ? 0 : probability)}`,
      ];
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

  // ------------------------------------------------------------------------------------------------------------------
  // What is changed, to be taken away

  const changed = make("ul", { className: "changes" });
  const asSet = make("textarea", { readOnly: true, rows: 3, id: newId() });
  const asToml = make("textarea", { readOnly: true, rows: 4, id: newId() });
  const undo = button("Undo", () => past.length > 0 && turnTo(fromAddress(past.pop())));
  const reset = button("Reset", () => {
    past.push(toAddress());
    turnTo({ assumption: stated(), changes: new Map() });
  });
  const more = button("More rounds", () => follow((rounds *= 5)));

  /** A word of a shell. */
  const shellWord = (text) => (/^[\w.,:=+/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

  /** A value of TOML; words are text there. */
  const tomlValue = (text) =>
    /^[A-Za-z_][\w-]*$/.test(text) && !/^(true|false|inf|nan)$/.test(text) ? quoted(text) : text;

  function setLines() {
    const lines = [...changes].map(([path, value]) => `--set ${shellWord(`${path}=${value}`)}`);
    return (assumption === stated() ? lines : [`--assumption ${assumption}`, ...lines]).join("\n");
  }

  function tomlLines() {
    const lines = [...changes].map(([path, value]) => `${quoted(path)} = ${tomlValue(value)}`);
    const base = assumption === stated() ? [] : [`# beside the lines of the assumption ${quoted(assumption)}`];
    return ["[[assumption]]", 'name = "mine"', ...base, "[assumption.set]", ...lines].join("\n");
  }

  async function copy(area) {
    area.select();
    try {
      await navigator.clipboard.writeText(area.value);
    } catch {
      document.execCommand("copy");
    }
    say("Copied.");
  }

  function showState() {
    const item = ([path, value]) => {
      const back = button("×", () => {
        changes.delete(path);
        commit();
        fill();
        follow(rounds);
      });
      back.setAttribute("aria-label", `Take back ${path}`);
      return make("li", {}, make("code", {}, `${path} = ${value}`), back);
    };
    changed.replaceChildren(...[...changes].map(item));
    asSet.value = setLines();
    asToml.value = tomlLines();
    taking.hidden = !isChanged();
    undo.disabled = past.length === 0;
    reset.disabled = !isChanged();
  }

  const taking = part(
    "Take it with you",
    false,
    make("p", {}, "The address of this page carries what is changed. The same for the program:"),
    make("label", { htmlFor: asSet.id }, "As --set lines"),
    asSet,
    button("Copy the lines", () => copy(asSet)),
    make("label", { htmlFor: asToml.id }, "As an assumption in TOML"),
    asToml,
    button("Copy the assumption", () => copy(asToml)),
  );

  // ------------------------------------------------------------------------------------------------------------------
  // The panel as a whole

  const which = make("select", { id: newId() });
  const sections = make("div");

  /** Builds the panel for the assumption at hand. */
  function fill() {
    if (panel === null) return;
    const open = [...sections.querySelectorAll("details")].map((it) => it.open);
    readers = [];
    memberReaders = [];
    ruleParts = new Map();
    which.value = assumption;
    fillMembers();
    const availability = panel.candidates.map(({ id, name, availability: number }) =>
      slider({ path: `candidate.${id}.availability`, label: name, number, min: 0, max: 1, step: 0.01 }),
    );
    const dynamics = panel.numbers.filter((it) => it.path.startsWith("dynamics."));
    sections.replaceChildren(
      part(
        "Members",
        open[0] ?? true,
        make("div", { className: "row" }, make("label", { htmlFor: whose.id }, "Whose"), whose),
        singles,
        ofMember,
      ),
      part("Candidates: who stands", open[1] ?? false, ...availability),
      part("Procedure", open[2] ?? false, ...panel.stages.map(stagePart)),
      part("Dynamics", open[3] ?? false, ...dynamics.map(numberControl), accommodation()),
    );
    showMember();
    showRules(panel.stages);
    readers.forEach((read) => read());
    showState();
  }

  /** Once the engine knows the scenario. */
  function begin() {
    const start = isState(location.hash) ? fromAddress(location.hash.slice(1)) : fromAddress("");
    ({ assumption, changes } = start);
    settled = toAddress();
    which.replaceChildren(...assumptions.map(({ name }) => make("option", { value: name }, name)));
    which.addEventListener("change", () => {
      past.push(toAddress());
      turnTo({ assumption: which.value, changes });
    });
    panelElement.replaceChildren(
      make("h2", {}, "Try another number"),
      make("p", {}, "The engine is in this page. Nothing leaves it."),
      make("div", { className: "row" }, make("label", { htmlFor: which.id }, "Assumption"), which),
      sections,
      make(
        "section",
        { className: "against", "aria-label": "Against the report" },
        make("h3", {}, "Against the report, points"),
        differences,
      ),
      status,
      failure,
      make("p", { className: "buttons" }, undo, reset, more),
      changed,
      taking,
    );
    panelElement.hidden = false;
    addEventListener("hashchange", () => {
      const address = location.hash.slice(1);
      if (!isState(address)) return writeAddress();
      if (address !== toAddress()) {
        past.push(settled);
        turnTo(fromAddress(address));
      }
    });
    if (assumption !== stated()) worker.postMessage({ describe: assumption });
    follow(isChanged() ? rounds : PREVIEW);
    // The report's own rounds are simulated while nobody asks for others, and the engine gets warm by that.
    if (!isChanged()) resting = setTimeout(() => follow(rounds), REST);
  }

  // ------------------------------------------------------------------------------------------------------------------
  // Start

  function decoded(text) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  }

  async function start() {
    const script = new Blob([document.getElementById("worker").textContent], { type: "text/javascript" });
    worker = new Worker(URL.createObjectURL(script));
    worker.onmessage = hear;
    const packed = new Blob([decoded(document.getElementById("engine").textContent)]);
    const stream = packed.stream().pipeThrough(new DecompressionStream("gzip"));
    const module = await WebAssembly.compile(await new Response(stream).arrayBuffer());
    const { name, text, tables, set, seed } = scenario;
    worker.postMessage({ module, scenario: { name, text, tables, set, seed } });
  }

  start().catch((error) => {
    panelElement.hidden = false;
    panelElement.replaceChildren(
      make(
        "p",
        { className: "failure", role: "alert" },
        `The engine of this page does not start here: ${error.message}`,
      ),
    );
  });
})();
