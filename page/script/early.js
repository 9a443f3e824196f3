"use strict";
// Starts the worker while the rest of the page is still read: a thread takes its time to begin.
let early;
try {
  const code = new Blob([document.getElementById("worker").textContent], { type: "text/javascript" });
  early = new Worker(URL.createObjectURL(code));
} catch (error) {
  early = error;
}
