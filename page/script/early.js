"use strict";
// Starts the worker while the rest of the page is still read: a thread takes its time to begin.
const early = new Worker(
  URL.createObjectURL(new Blob([document.getElementById("worker").textContent], { type: "text/javascript" })),
);
