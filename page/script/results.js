// The worker, and the results that it answers with.

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

/** What is asked for of the state at hand. */
function request(until) {
  requested += 1;
  const tables = pieces.some((piece) => piece.querySelector("details[open]") !== null);
  const settings = [...changes];
  const isOwn = !isChanged();
  return { id: requested, assumption, settings, until, byBallot: countsBallots, width: width(), tables, isOwn };
}

/** Tells the worker which pieces are on the screen: those it draws at once, the others when nobody waits. */
function watch() {
  const seen = new Set();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) seen[isIntersecting ? "add" : "delete"](target.dataset.live);
      worker.postMessage({ seen: [...seen] });
    },
    { rootMargin: "100px" },
  );
  pieces.forEach((piece) => observer.observe(piece));
}

/** Asks for the results of the state at hand. */
function follow(until) {
  clearTimeout(resting);
  worker.postMessage(request(until));
  panelElement.setAttribute("aria-busy", "true");
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
  if (data.unstarted) return giveUp(data.unstarted);
  if (data.error && data.id === undefined) return fail(data.error);
  // Also where something else is asked for by now: it has to wait for that.
  if (data.settled?.solves) say("Finding what waiting is worth: members have foresight, and this takes a moment …");
  if (data.id !== requested) return;
  if (data.error) return fail(data.error);
  if (data.settled) {
    fail(null);
    showRules(data.settled.stages);
  }
  if (data.shown) show(data.shown, data.milliseconds, data.isLast);
  if (data.isLast) panelElement.removeAttribute("aria-busy");
  if (data.isComplete) {
    if (data.complete) putAll(data.complete.sections);
    tellRefused(data.refused);
    warm();
  }
}

let isWarm = false;

/** Has the engine compiled well before somebody changes something; once is enough. */
function warm() {
  if (isWarm) return;
  isWarm = true;
  const path = `support.${panel.members[0].id}.${panel.candidates[0].id}`;
  worker.postMessage({ path, assumption, byBallot: countsBallots, width: width() });
}

const status = make("p", { className: "status", role: "status" });
const failure = make("p", { className: "failure", role: "alert", hidden: true });
const refusal = make("p", { className: "failure", hidden: true });
const unread = make("p", { className: "failure", role: "alert", hidden: true });
const differences = make("ul", { className: "differences" });

const say = (text) => (status.textContent = text);

function fail(text) {
  failure.hidden = text === null;
  failure.textContent = plain(text ?? "");
  if (text !== null) {
    panelElement.removeAttribute("aria-busy");
    say("Not simulated; the charts show what was there before.");
  }
}

/** Tells under which other assumptions this cannot be. */
function tellRefused(refused) {
  const lines = refused.map(
    ({ assumption, why }) => `Under “${assumption}” this cannot be, and the program refuses it. ${why}`,
  );
  refusal.hidden = lines.length === 0;
  refusal.textContent = plain(lines.join("\n"));
}

/** Tells what of the address means nothing here. */
function tellUnread(parts) {
  unread.hidden = parts.length === 0;
  unread.textContent = plain(`Of the address this means nothing here, and is passed over: ${parts.join(", ")}`);
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

/** Puts all pieces in place. */
function putAll(sections) {
  const html = new Map(sections);
  for (const piece of pieces) {
    const name = piece.dataset.live;
    if (!html.has(name)) continue;
    put(piece, html.get(name));
    if (isChanged() && html.get(name) !== "") piece.prepend(notice());
  }
}

/** Whether the report's own pieces are in place. */
let isOriginal = true;

function show(shown, milliseconds, isLast) {
  if (isChanged()) putAll(shown.sections);
  else if (!isOriginal) putAll(originals);
  isOriginal = !isChanged();
  const count = shown.rounds.toLocaleString("en").replaceAll(",", "\u2009");
  // What is said is read out, so previews say nothing.
  if (isLast && shown.rounds > PREVIEW) say(`${count} rounds in ${Math.max(1, Math.round(milliseconds))} ms`);
  showDifferences(shown);
  // What tests read.
  panelElement.dataset.first ??= Math.round(performance.now());
  panelElement.dataset.rounds = shown.rounds;
  panelElement.dataset.counts = JSON.stringify(shown.outcomes.map(({ id, count }) => [id, count]));
  panelElement.dataset.state = isLast ? "whole" : "part";
}

const points = (share) => `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)}`;

/** Differences shown at most. */
const MOVED = 6;

/** How each outcome differs from the report's own, the largest difference first. */
function showDifferences({ outcomes }) {
  const moved = outcomes.filter(({ difference }) => difference && difference.value !== 0);
  moved.sort((a, b) => Math.abs(b.difference.value) - Math.abs(a.difference.value));
  const item = ({ name, difference: { value, low, high } }) => {
    const reach = (100 * Math.max(value - low, high - value)).toFixed(1);
    const isClear = low > 0 || high < 0;
    const className = isClear ? (value > 0 ? "up" : "down") : "unclear";
    return make("li", { className }, make("bdi", {}, name), ` `, make("b", {}, points(value)), ` ± ${reach}`);
  };
  const lines = moved.slice(0, MOVED).map(item);
  const more = moved.length - lines.length;
  const rest = more > 0 ? `${more} more, by less` : isChanged() ? "No round ends otherwise." : "Nothing is changed.";
  if (more > 0 || lines.length === 0) lines.push(make("li", { className: "unclear" }, rest));
  differences.replaceChildren(...lines);
}
