// Elements, made so that text is text.

let lastId = 0;
const newId = () => `panel-${++lastId}`;

/** The text without characters that turn what stands around them, as the program writes it. */
const plain = (text) => text.replace(/(?!\n)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, "\ufffd");

/** An element with properties and content; text is text. */
function make(tag, properties = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, plain(String(value)));
  }
  const parts = content.filter((part) => part !== null);
  element.append(...parts.map((part) => (typeof part === "string" ? plain(part) : part)));
  return element;
}

const button = (text, onclick) => make("button", { type: "button", onclick }, text);
