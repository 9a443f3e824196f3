// Controls for single numbers.

/** Shown again whenever the state is another; each is a function that reads it. */
let readers = [];

/** A number as `--set` takes it. */
const written = (number) => String(Math.round(number * 1e9) / 1e9);

/** A labelled slider with the number beside it, for the value at `path`; `tell` says what else there is to say. */
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
    input.addEventListener("input", () => (set(input), preview(), read()));
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
