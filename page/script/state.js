// The script of the page: a panel of what can be changed, and the results that follow it.
//
// What is changed is a list of setting paths with their values, the same as `--set` takes. It stands in the address,
// so that a link carries it. A worker simulates it with the engine of the page and answers with pieces of HTML, each
// for the element with its `data-live`.
//
// The files of this folder but `early.js` and `worker.js` become one script, in the order that
// `src/report/page/embedded.rs` gives. This one is about the state: an assumption, and changes by their setting paths.

/** Rounds shown in the end, unless more are asked for. */
const ROUNDS = 20_000;
/** Rounds shown while something is dragged. */
const PREVIEW = 1000;
/** Milliseconds without a change after which a preview becomes the whole. */
const REST = 150;
/** Above so many members the panel begins with groups. */
const MANY = 40;

const panelElement = document.getElementById("panel");
/** What the page holds of the scenario: its text and tables, what the report changed, the seed. */
const scenario = JSON.parse(document.getElementById("scenario").textContent);

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
const isChanged = () => changes.size > 0 || (assumption !== null && assumption !== stated());

/** The state as the part of an address behind `#`. */
function toAddress() {
  const parts = new URLSearchParams();
  if (assumption !== null && assumption !== stated()) parts.append("assumption", assumption);
  changes.forEach((value, path) => parts.append(path, value));
  return parts.toString();
}

/** Whether the address says a state, and not where in the page to look. */
const isState = (address) => address.includes("=");

/** Reads a state, and what means nothing here. */
function fromAddress(text) {
  const isPlace = text === "top" || document.getElementById(text) !== null;
  const parts = isPlace ? [] : [...new URLSearchParams(text)];
  const isKnown = ([key, value]) => key === "assumption" && assumptions.some((it) => it.name === value);
  const isChange = ([key, value]) => key.includes(".") && value !== "";
  const unread = parts.filter((part) => !isKnown(part) && !isChange(part));
  return {
    assumption: parts.find(isKnown)?.[1] ?? stated(),
    changes: new Map(parts.filter(isChange)),
    unread: unread.map(([key, value]) => (value === "" ? key : `${key}=${value}`)),
  };
}

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
  tellUnread(state.unread ?? []);
  settled = toAddress();
  writeAddress();
  if (isOther) worker.postMessage({ describe: assumption });
  else fill();
  follow(rounds);
}
