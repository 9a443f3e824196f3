// The worker of the page: holds the engine, and simulates whatever world was asked for last.
//
// Rounds are simulated some thousand at a time. Between two portions it looks whether another world is asked for by
// now; then the one at hand is given up.
"use strict";

/** Rounds simulated without looking up, once the first are shown. */
const PORTION = 8192;
/** Rounds after which something is shown. */
const FIRST = 1000;
/** Milliseconds after which more is shown of a world that takes long. */
const PATIENCE = 150;
/** Worlds simulated in advance, so that the browser has compiled the engine well when somebody changes something. */
const WARMING = 50;

let engine = null;
/** Names of the pieces on the screen; null until the page has told them, and then all are drawn. */
let seen = null;
/** The request that has not been looked at yet. */
let wanted = null;
let isBusy = false;

/** What the engine answers to a request. */
function ask(what, request) {
  const bytes = new TextEncoder().encode(JSON.stringify(request));
  const start = engine.alloc(bytes.length);
  new Uint8Array(engine.memory.buffer, start, bytes.length).set(bytes);
  const packed = BigInt.asUintN(64, engine[what](start, bytes.length));
  engine.release(start, bytes.length);
  const [from, length] = [Number(packed & 0xffffffffn), Number(packed >> 32n)];
  const answer = JSON.parse(new TextDecoder().decode(new Uint8Array(engine.memory.buffer, from, length)));
  engine.release(from, length);
  if (answer !== null && typeof answer === "object" && "error" in answer) throw new Error(answer.error);
  return answer;
}

/** The bytes of base64. */
function decoded(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** The engine that is packed as base64 of gzip; it is compiled while it is unpacked. */
async function unpack(packed) {
  const stream = new Blob([decoded(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const unpacked = new Response(stream, { headers: { "content-type": "application/wasm" } });
  return (await WebAssembly.instantiateStreaming(unpacked, {})).instance.exports;
}

/** Lets messages in. */
function turn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(null);
  });
}

/** Simulates what is asked for, until nothing is. */
async function work() {
  isBusy = true;
  while (wanted !== null) {
    const request = wanted;
    wanted = null;
    try {
      await follow(request);
    } catch (error) {
      postMessage({ id: request.id, error: error.message });
    }
  }
  isBusy = false;
}

/** Simulates one world up to the rounds asked for, or until another is asked for. */
async function follow({ id, assumption, settings, until, byBallot, width, tables, isOwn }) {
  let began = performance.now();
  const settled = ask("settle", { assumption, settings });
  postMessage({ id, settled });
  if (settled.solves) began = performance.now();
  let shown = performance.now();
  let isSoonDone = false;
  for (let done = 0; done < until;) {
    const next = done < FIRST ? Math.min(FIRST, until) : Math.min((Math.floor(done / PORTION) + 1) * PORTION, until);
    // Simulated before, it is there at once.
    done = Math.max(next, ask("simulate", { until: next, by_ballot: byBallot }));
    const isLast = done >= until;
    // As fast as the first, the rest is there before anybody has looked at these.
    if (next === FIRST) isSoonDone = ((performance.now() - shown) * until) / FIRST < PATIENCE;
    if (isLast || (next === FIRST && !isSoonDone) || performance.now() - shown > PATIENCE) {
      const isWhole = isLast && until > FIRST;
      // Of the report itself the page has all pieces.
      const answer = ask("show", { widths: [width], tables, pieces: isOwn ? [] : seen });
      postMessage({ id, isLast, shown: answer, milliseconds: performance.now() - began });
      shown = performance.now();
      if (isWhole) {
        await turn();
        // What is not on the screen; for paper, and for whoever turns it.
        if (wanted !== null) return;
        const complete = isOwn ? null : ask("show", { widths: ["wide", "narrow"], tables: true });
        postMessage({ id, isComplete: true, complete, refused: settings.length > 0 ? ask("check", null) : [] });
      }
    }
    if (!isLast) {
      await turn();
      if (wanted !== null) return;
    }
  }
}

/** Simulates worlds that nobody asked for, until somebody does: what is at `path` is another number in each. */
async function warm({ path, assumption, byBallot, width }) {
  for (let world = 1; world <= WARMING && wanted === null && !isBusy; world++) {
    const { solves } = ask("settle", { assumption, settings: [[path, String(world / 1000)]] });
    if (solves) return;
    ask("simulate", { until: FIRST, by_ballot: byBallot });
    ask("show", { widths: [width], tables: false });
    await turn();
  }
}

onmessage = async ({ data }) => {
  try {
    if ("packed" in data) {
      try {
        engine = await unpack(data.packed);
      } catch (error) {
        return postMessage({ unstarted: error.message });
      }
      const prepared = ask("prepare", data.scenario);
      const assumption = prepared.assumptions[0].name;
      postMessage({ prepared, panel: ask("describe", { assumption }) });
      if (data.first) {
        wanted = { ...data.first, assumption };
        work();
      }
    } else if ("path" in data) {
      // Nobody waits for what comes of it.
      await warm(data).catch(() => {});
    } else if ("seen" in data) {
      ({ seen } = data);
    } else if ("describe" in data) {
      postMessage({ panel: ask("describe", { assumption: data.describe }) });
    } else {
      wanted = data;
      if (!isBusy) work();
    }
  } catch (error) {
    postMessage({ error: error.message });
  }
};
