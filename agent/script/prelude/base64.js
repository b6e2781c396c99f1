// atob() and btoa().
//
// Standard: https://html.spec.whatwg.org/#atob

const idl = require("webidl");
const { make } = require("exception");

exports.btoa = function btoa(data) {
  idl.required(arguments, 1, "btoa");
  const encoded = host.btoa(idl.DOMString(data, "btoa: data"));
  if (encoded === null) throw make("InvalidCharacterError", "btoa: a character beyond U+00FF stands for no byte");
  return encoded;
};

exports.atob = function atob(data) {
  idl.required(arguments, 1, "atob");
  const decoded = host.atob(idl.DOMString(data, "atob: data"));
  if (decoded === null) throw make("InvalidCharacterError", "atob: the data is no base64");
  return decoded;
};
