"use strict";
// Saves a file of the page: all of them lie in one element, as base64 of gzip of JSON.
document.addEventListener("click", async event => {
  const button = event.target.closest("button[data-file]");
  if (!button) return;
  const packed = Uint8Array.from(atob(document.getElementById("files").textContent), c => c.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const files = JSON.parse(await new Response(unpacked).text());
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([files[button.dataset.file]], { type: "text/csv;charset=utf-8" }));
  link.download = button.dataset.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});
