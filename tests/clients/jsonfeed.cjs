// Holds a JSON Feed against the JSON Schema of its version 1.1 (`jsonfeed-schema`), formats of addresses and dates
// included. Takes the feed on its input, prints what is wrong with it as JSON: an empty list, where nothing is.
"use strict";

const { readFileSync } = require("node:fs");
const { default: Ajv } = require("ajv");
const { default: addFormats } = require("ajv-formats");
const schema = require("jsonfeed-schema/v1.1");

// The schema was written before the strict mode.
const ajv = addFormats(new Ajv({ allErrors: true, strict: false }));
ajv.validate(schema, JSON.parse(readFileSync(0, "utf8")));
process.stdout.write(JSON.stringify(ajv.errors ?? []));
