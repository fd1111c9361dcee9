import { fileURLToPath } from "node:url";

// The settings that decide bytecode; node/chain/source_build.py reads them from here by way of compiler.json.
import compiler from "./contracts/compiler.json" with { type: "json" };

export default {
  solidity: {
    version: compiler.version,
    // The WebAssembly compiler from npm: Hardhat's own download needs the open internet.
    path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
    settings: compiler.settings,
  },
  paths: {
    sources: "contracts/src",
    tests: { solidity: "contracts/test" },
  },
  test: {
    solidity: {
      fsPermissions: { readDirectory: ["contracts/generated", "tests/vectors"] },
      fuzz: { runs: 256, seed: "0x63726564656e6365" },
      invariant: { runs: 32, depth: 64 },
    },
  },
};
