// Somebody on a server made with Fedify, as its makers publish it: one person, whom a story tells what to do.
// Prints its port when it is there. FIRST_KNOCK says in which form it signs first.
"use strict";
const { createServer } = require("node:http");
const { createFederation, generateCryptoKeyPair, MemoryKvStore } = require("@fedify/fedify");
const vocab = require("@fedify/fedify/vocab");

// Fedify asks for it; Debian's Node is older.
ArrayBuffer.prototype.transfer ??= function (length = this.byteLength) {
  const moved = new Uint8Array(length);
  moved.set(new Uint8Array(this, 0, Math.min(length, this.byteLength)));
  return moved.buffer;
};

const NAME = "alice";
const heard = [];
const notes = new Map();
const followers = new Map();
let made = 0;

const start = async () => {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const origin = `http://127.0.0.1:${port}`;
  const keys = await generateCryptoKeyPair("RSASSA-PKCS1-v1_5");
  const federation = createFederation({
    kv: new MemoryKvStore(),
    allowPrivateAddress: true,
    origin,
    firstKnock: process.env.FIRST_KNOCK ?? "rfc9421",
  });
  federation
    .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
      if (identifier !== NAME) return null;
      const [pair] = await context.getActorKeyPairs(identifier);
      return new vocab.Person({
        id: context.getActorUri(identifier),
        preferredUsername: identifier,
        name: "Alice of Fedify",
        url: context.getActorUri(identifier),
        inbox: context.getInboxUri(identifier),
        outbox: context.getOutboxUri(identifier),
        followers: context.getFollowersUri(identifier),
        endpoints: new vocab.Endpoints({ sharedInbox: context.getInboxUri() }),
        publicKey: pair.cryptographicKey,
      });
    })
    .setKeyPairsDispatcher((context, identifier) => (identifier === NAME ? [keys] : []));
  federation.setFollowersDispatcher("/users/{identifier}/followers", () => ({ items: [...followers.values()] }));
  federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] }));
  federation.setObjectDispatcher(vocab.Note, "/notes/{number}", (context, { number }) => notes.get(number) ?? null);
  const note = async (context, activity) =>
    heard.push({ type: activity.constructor.name, actor: activity.actorId?.href, object: activity.objectId?.href });
  federation
    .setInboxListeners("/users/{identifier}/inbox", "/inbox")
    .on(vocab.Follow, async (context, follow) => {
      await note(context, follow);
      const follower = await follow.getActor(context);
      followers.set(follower.id.href, follower);
      const me = context.getActorUri(NAME);
      const accept = new vocab.Accept({ id: new URL(`#accepts/${++made}`, me), actor: me, object: follow });
      await context.sendActivity({ identifier: NAME }, follower, accept);
    })
    .on(vocab.Activity, note)
    .onError((context, error) => heard.push({ type: "Error", error: String(error) }));

  // What a story asks for: what was heard, or that something be done about what stands at an address.
  const control = async (url) => {
    const context = federation.createContext(new URL(origin), undefined);
    const me = context.getActorUri(NAME);
    if (url.pathname === "/control/heard") return heard;
    const documentLoader = await context.getDocumentLoader({ identifier: NAME });
    const target = await context.lookupObject(url.searchParams.get("to"), { documentLoader });
    if (!target) throw new Error("there is nothing");
    if (url.pathname === "/control/look") return { type: target.constructor.name, name: target.name?.toString() };
    const number = String(++made);
    const send = (to, activity) => context.sendActivity({ identifier: NAME }, to, activity, { immediate: true });
    if (url.pathname === "/control/follow") {
      await send(target, new vocab.Follow({ id: new URL(`#follows/${number}`, me), actor: me, object: target.id }));
      return {};
    }
    const owner = await target.getAttribution({ documentLoader });
    if (url.pathname === "/control/like") {
      await send(owner, new vocab.Like({ id: new URL(`#likes/${number}`, me), actor: me, object: target.id }));
      return {};
    }
    if (url.pathname === "/control/reply") {
      const id = new URL(`/notes/${number}`, origin);
      const reply = new vocab.Note({
        id,
        url: id,
        attribution: me,
        content: url.searchParams.get("text"),
        replyTarget: target.id,
        published: (globalThis.Temporal ?? require("@js-temporal/polyfill").Temporal).Now.instant(),
        tos: [vocab.PUBLIC_COLLECTION],
        ccs: [owner.id, context.getFollowersUri(NAME)],
      });
      notes.set(number, reply);
      await send(
        owner,
        new vocab.Create({
          id: new URL(`${id.href}/activity`),
          actor: me,
          object: reply,
          tos: [vocab.PUBLIC_COLLECTION],
          ccs: [owner.id, context.getFollowersUri(NAME)],
        }),
      );
      return { id: id.href };
    }
    throw new Error("nobody knows how");
  };

  server.on("request", async (request, response) => {
    const url = new URL(request.url, origin);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (url.pathname.startsWith("/control/")) {
      try {
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(await control(url)));
      } catch (error) {
        response.statusCode = 500;
        response.end(JSON.stringify({ error: String(error?.stack ?? error) }));
      }
      return;
    }
    const body = ["GET", "HEAD"].includes(request.method) ? undefined : Buffer.concat(chunks);
    const asked = new Request(url, { method: request.method, headers: request.headers, body });
    const answer = await federation.fetch(asked, { contextData: undefined });
    response.statusCode = answer.status;
    answer.headers.forEach((value, name) => response.setHeader(name, value));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  console.log(port);
};

start();
