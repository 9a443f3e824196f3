// What is changed, and how to take it along: lines for the program, an assumption for a file.

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
  const all = [...scenario.set, ...[...changes].map(([path, value]) => `${path}=${value}`)];
  const lines = all.map((change) => `--set ${shellWord(change)}`);
  return (assumption === stated() ? lines : [`--assumption ${assumption}`, ...lines]).join("\n");
}

function tomlLines() {
  const all = [...scenario.set.map((change) => [...change.split(/=(.*)/s, 2)]), ...changes];
  const lines = [...new Map(all)].map(([path, value]) => `${quoted(path)} = ${tomlValue(value)}`);
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
