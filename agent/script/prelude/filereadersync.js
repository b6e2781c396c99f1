// FileReaderSync, which workers have.
//
// Standard: https://w3c.github.io/FileAPI/#FileReaderSync

const idl = require("webidl");
const { nativeOf, readFailed } = require("blob");
const { toBlob, toLabel } = require("filereader");

class FileReaderSync {
  #brand;

  readAsArrayBuffer(blob) {
    this.#brand;
    idl.required(arguments, 1, "FileReaderSync.readAsArrayBuffer");
    return read(toBlob(blob, "readAsArrayBuffer: blob"), "buffer");
  }

  readAsBinaryString(blob) {
    this.#brand;
    idl.required(arguments, 1, "FileReaderSync.readAsBinaryString");
    return read(toBlob(blob, "readAsBinaryString: blob"), "binary");
  }

  readAsText(blob, encoding = undefined) {
    this.#brand;
    idl.required(arguments, 1, "FileReaderSync.readAsText");
    return read(toBlob(blob, "readAsText: blob"), "text", toLabel(encoding, "readAsText: encoding"));
  }

  readAsDataURL(blob) {
    this.#brand;
    idl.required(arguments, 1, "FileReaderSync.readAsDataURL");
    return read(toBlob(blob, "readAsDataURL: blob"), "url");
  }
}

idl.define(FileReaderSync);

function read(blob, kind, label = null) {
  const [failure, result] = host.readNow(nativeOf(blob), kind, label);
  if (failure !== null) throw readFailed(failure);
  return result;
}

exports.FileReaderSync = FileReaderSync;
