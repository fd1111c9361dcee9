// Speaks the two options of the native compiler that py-solc-x uses, over the WebAssembly compiler from npm. The
// package's own command cannot be used: it prints a line of its own before the JSON.
import { readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";

const solc = createRequire(import.meta.url)("solc");
const options = process.argv.slice(2);

/** Writes all of it, however small the pipe: process.exit would cut off what is still queued. */
function print(text) {
  const bytes = Buffer.from(text, "utf8");
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(1, bytes, written);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

if (options.length === 1 && options[0] === "--version") {
  print(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
} else if (options.length === 1 && options[0] === "--standard-json") {
  print(solc.compile(readFileSync(0, "utf8")));
} else {
  process.stderr.write(`solc: takes --version or --standard-json, not ${JSON.stringify(options)}\n`);
  process.exitCode = 2;
}
