// Answers the conformance kit with the library of the page:
//
//     duplicati-retention conformance run -- node web/adapter.mjs
import { readFileSync, writeSync } from "node:fs";
import { conformance, initSync } from "./page/wasm/library.js";

initSync({ module: readFileSync(new URL("./page/wasm/library_bg.wasm", import.meta.url)) });

let rest = Buffer.alloc(0);
process.stdin.on("data", (chunk) => {
  const lines = Buffer.concat([rest, chunk]);
  const end = lines.lastIndexOf(10) + 1;
  rest = lines.subarray(end);
  if (end > 0) answer(lines.subarray(0, end));
});
process.stdin.on("end", () => rest.length > 0 && answer(rest));

function answer(lines) {
  const bytes = conformance(lines);
  for (let from = 0; from < bytes.length; ) {
    try {
      from += writeSync(1, bytes, from);
    } catch (error) {
      // A pipe that is full takes the rest later.
      if (error.code !== "EAGAIN") throw error;
    }
  }
}
