// Markup of nodes: HTML and XML.
//
// Standard: https://html.spec.whatwg.org/#serialising-html-fragments

const idl = require("webidl");
const tree = require("node");
const { ELEMENT, TEXT, CDATA, COMMENT, INSTRUCTION, DOCTYPE, HTML, XML, XMLNS, isHTML, qualified } = tree;

const voids = new Set([
  "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta",
  "param", "source", "track", "wbr",
]);
const raw = new Set(["style", "script", "xmp", "iframe", "noembed", "noframes", "plaintext", "noscript"]);

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\u00a0": "&nbsp;" };
const escapeText = (text) => text.replace(/[&<>\u00a0]/g, (c) => escapes[c]);
const escapeValue = (text) => text.replace(/[&<>"\u00a0]/g, (c) => escapes[c]);

const usualPrefix = { [XML]: "xml:", "http://www.w3.org/1999/xlink": "xlink:" };

function attributeName(a) {
  if (a.namespace === null) return a.local;
  if (a.namespace === XMLNS) return a.local === "xmlns" ? "xmlns" : `xmlns:${a.local}`;
  return usualPrefix[a.namespace] ? usualPrefix[a.namespace] + a.local : qualified(a);
}

/** The markup of what is in a node. */
function fragment(s) {
  if (!s.document.html) return tree.children(s).map((c) => xml(c, null)).join("");
  return inner(s);
}

function inner(s) {
  if (isHTML(s) && voids.has(s.local)) return "";
  let text = "";
  for (let c = s.content?.first ?? s.first; c !== null; c = c.next) text += html(c);
  return text;
}

function html(s) {
  switch (s.type) {
    case ELEMENT: {
      const name = isHTML(s) ? s.local : qualified(s);
      const start = `<${name}${s.attributes.map((a) => ` ${attributeName(a)}="${escapeValue(a.value)}"`).join("")}>`;
      return isHTML(s) && voids.has(s.local) ? start : `${start}${inner(s)}</${name}>`;
    }
    case TEXT: case CDATA: return isHTML(s.parent ?? s) && raw.has(s.parent.local) ? s.data : escapeText(s.data);
    case COMMENT: return `<!--${s.data}-->`;
    case INSTRUCTION: return `<?${s.local} ${s.data}>`;
    case DOCTYPE: return `<!DOCTYPE ${s.local}>`;
    default: return inner(s);
  }
}

const outer = (s) => (s.document.html ? html(s) : xml(s, s.parent?.type === ELEMENT ? s.parent.namespace : null));

// --- XML -------------------------------------------------------------------------

const xmlText = (text) => text.replace(/[&<>]/g, (c) => escapes[c]);
const controls = { "\t": "&#9;", "\n": "&#xA;", "\r": "&#xD;" };
const xmlValue = (text) => text.replace(/[&<>"\t\n\r]/g, (c) => escapes[c] ?? controls[c]);

/**
 * A node as XML, where a default namespace is declared already.
 *
 * Standard: https://w3c.github.io/DOM-Parsing/#dfn-xml-serialization
 */
function xml(s, namespace) {
  switch (s.type) {
    case ELEMENT: return xmlElement(s, namespace);
    case TEXT: return xmlText(s.data);
    case CDATA: return `<![CDATA[${s.data}]]>`;
    case COMMENT: return `<!--${s.data}-->`;
    case INSTRUCTION: return `<?${s.local} ${s.data}?>`;
    case DOCTYPE: return `<!DOCTYPE ${s.local}${identifiers(s)}>`;
    default: return tree.children(s).map((c) => xml(c, namespace)).join("");
  }
}

function identifiers({ publicId, systemId }) {
  if (publicId) return ` PUBLIC "${publicId}"${systemId ? ` "${systemId}"` : ""}`;
  return systemId ? ` SYSTEM "${systemId}"` : "";
}

function xmlElement(s, namespace) {
  const name = qualified(s);
  let declared = "";
  const declares = (prefix) => s.attributes.some((a) => a.namespace === XMLNS && (prefix === null ? a.prefix === null : a.prefix !== null && a.local === prefix));
  if (s.prefix === null) {
    if (s.namespace !== namespace && !declares(null)) declared = ` xmlns="${xmlValue(s.namespace ?? "")}"`;
    ({ namespace } = s);
  } else if (s.namespace !== null && !declares(s.prefix) && (s.parent === null || tree.namespaceOf(s.parent, s.prefix) !== s.namespace)) {
    declared = ` xmlns:${s.prefix}="${xmlValue(s.namespace)}"`;
  }
  let text = `<${name}${declared}`;
  for (const a of s.attributes) text += ` ${attributeName(a)}="${xmlValue(a.value)}"`;
  const first = s.content?.first ?? s.first;
  if (first === null) {
    if (s.namespace !== HTML) return `${text}/>`;
    return voids.has(s.local) ? `${text} />` : `${text}></${name}>`;
  }
  text += ">";
  for (let c = first; c !== null; c = c.next) text += xml(c, namespace);
  return `${text}</${name}>`;
}

/** Standard: https://w3c.github.io/DOM-Parsing/#the-xmlserializer-interface */
class XMLSerializer {
  #brand = true;

  serializeToString(root) {
    void this.#brand;
    idl.required(arguments, 1, "XMLSerializer.serializeToString");
    return xml(tree.stateOf(tree.node(root, "serializeToString: root")), null);
  }
}

idl.define(XMLSerializer);

/** A whole document, as it is sent. */
exports.document = (s) => (s.html ? html(s) : xml(s, null));

Object.assign(exports, { XMLSerializer, fragment, outer });
