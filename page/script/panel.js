// The panel as a whole, and the start of everything.

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
  const start = fromAddress(location.hash.slice(1));
  ({ assumption, changes } = start);
  tellUnread(start.unread);
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
    make("div", { className: "against" }, make("h3", {}, "Against the report, points"), differences, status, failure),
    make("p", { className: "buttons" }, undo, reset, more),
    changed,
    refusal,
    unread,
    sections,
    taking,
  );
  panelElement.hidden = false;
  addEventListener("hashchange", () => {
    const address = location.hash.slice(1);
    const state = fromAddress(address);
    tellUnread(state.unread);
    if (!isState(address)) writeAddress();
    else if (address !== toAddress()) {
      past.push(settled);
      turnTo(state);
    }
  });
  if (assumption !== stated()) worker.postMessage({ describe: assumption });
  if (isChanged()) follow(rounds);
  // The first rounds of the report itself are on their way; the rest is simulated while nobody asks for others.
  else resting = setTimeout(() => follow(rounds), REST);
}

async function start() {
  if (early instanceof Error) throw early;
  worker = early;
  worker.onmessage = hear;
  watch();
  const { name, text, tables, set, seed } = scenario;
  // What the report shows needs no panel to be asked for.
  const first = isState(location.hash) ? null : request(PREVIEW);
  const packed = document.getElementById("engine").textContent;
  worker.postMessage({ packed, scenario: { name, text, tables, set, seed }, first });
}

function giveUp(why) {
  panelElement.hidden = false;
  panelElement.replaceChildren(
    make("p", { className: "failure", role: "alert" }, `The engine of this page does not start here: ${why}`),
  );
}

start().catch((error) => giveUp(error.message));
