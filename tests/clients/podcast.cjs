// Reads a podcast through `podcast-partytime`, which apps and indexes of Podcasting 2.0 are made with. Takes RSS on its
// input, prints what it found as JSON.
"use strict";

const { readFileSync } = require("node:fs");
const { parseFeed } = require("podcast-partytime");

process.stdout.write(JSON.stringify(parseFeed(readFileSync(0, "utf8"))));
