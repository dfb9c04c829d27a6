// Judges a JSON Feed by the schema of version 1.1, `jsonfeed-schema`. Takes the feed on its input, prints what is wrong with
// it as JSON: an empty list where nothing is.
"use strict";

const { readFileSync } = require("node:fs");
const Ajv = require("ajv");
const schema = require("jsonfeed-schema/v1.1");

const judge = new Ajv({ allErrors: true, format: "full" }).compile(schema);
judge(JSON.parse(readFileSync(0, "utf8")));
process.stdout.write(JSON.stringify(judge.errors ?? []));
