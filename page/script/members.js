// What members and groups think of candidates, and their vetoes.

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
    beforeText === "" ? make("small", {}, "Its members’ vetoes differ; one with an entry of its own keeps it.") : null;
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
