// Elements, made so that text is text.

let lastId = 0;
const newId = () => `panel-${++lastId}`;

/** An element with properties and content; text is text. */
function make(tag, properties = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...content.filter((part) => part !== null));
  return element;
}

const button = (text, onclick) => make("button", { type: "button", onclick }, text);
