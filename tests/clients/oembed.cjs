// Unfolds links through `@extractus/oembed-extractor`, which other sites do it with: it reads a page, finds in its head
// where to ask, and asks. Takes addresses, prints what it found of each as a line of JSON.
"use strict";

const { extract } = require("@extractus/oembed-extractor");

(async () => {
  for (const address of process.argv.slice(2)) {
    const found = await extract(address, { maxwidth: 480 }).catch((error) => ({ refused: String(error.message) }));
    process.stdout.write(`${JSON.stringify(found)}\n`);
  }
})();
