// What PeerTube signs and verifies with, asked from outside: its HTTP signatures and, for documents, jsonld in safe mode.
// Reads a list of questions as JSON, and prints the list of answers.
"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const signatures = require("@peertube/http-signature");
const jsonld = require("jsonld");

const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const privateKey = crypto.createPrivateKey({
  key: Buffer.from(asked.privateKey, "hex"),
  format: "der",
  type: "pkcs8",
});
const publicKey = crypto.createPublicKey(privateKey).export({ type: "spki", format: "pem" });

const documentLoader = async (url) => {
  const document = asked.contexts[url];
  if (!document) throw new Error(`the context ${url} is not there`);
  return { contextUrl: null, documentUrl: url, document };
};
const canonical = (document) =>
  jsonld.canonize(document, {
    safe: true,
    algorithm: "URDNA2015",
    format: "application/n-quads",
    documentLoader,
  });
const digest = (text) => crypto.createHash("sha256").update(text).digest("hex");
const message = async (document, creator, created) => {
  const context = ["https://w3id.org/security/v1", { RsaSignature2017: "https://w3id.org/security#RsaSignature2017" }];
  const options = digest(await canonical({ "@context": context, creator, created }));
  return Buffer.from(options + digest(await canonical(document)));
};

const answers = {
  // The request is read as a receiver does that knows it by its parsed head.
  verifyRequest({ method, url, headers, signed }) {
    const request = { method, url, headers, httpVersion: "1.1" };
    const parsed = signatures.parseRequest(request, { clockSkew: 1800, headers: signed });
    return signatures.verifySignature(parsed, asked.publicKey);
  },
  signRequest({ method, path, headers, signed, keyId, algorithm }) {
    const all = new Map(Object.entries(headers));
    const request = {
      method,
      path,
      getHeader: (name) => all.get(name.toLowerCase()),
      setHeader: (name, value) => all.set(name.toLowerCase(), value),
    };
    const key = privateKey.export({ type: "pkcs8", format: "pem" });
    const options = { key, keyId, headers: signed, algorithm, authorizationHeaderName: "signature" };
    signatures.signRequest(request, options);
    return Object.fromEntries(all);
  },
  async verifyDocument({ document }) {
    const { signature, ...rest } = document;
    const text = await message(rest, signature.creator, signature.created);
    return crypto.verify("sha256", text, asked.publicKey, Buffer.from(signature.signatureValue, "base64"));
  },
  async signDocument({ document, creator, created }) {
    const { signature: _, ...rest } = document;
    const text = await message(rest, creator, created);
    const signatureValue = crypto.sign("sha256", text, privateKey).toString("base64");
    return { ...rest, signature: { type: "RsaSignature2017", creator, created, signatureValue } };
  },
  publicKey: () => publicKey,
};

(async () => {
  const said = [];
  for (const question of asked.questions) {
    try {
      said.push({ answer: await answers[question.ask](question) });
    } catch (error) {
      said.push({ error: `${error.name}: ${error.message}`, details: error.details });
    }
  }
  console.log(JSON.stringify(said));
})();
