// For who writes pages with frames: /videos/test-embed/{id} shows one, calls all it can do, and tells all it says.
//
// Owns the page and the other side of the messages that `embed-api.js` speaks: each is JSON as text, calls have a number,
// and both sides say `__ready` first. What stands behind the question mark goes on to the frame.

/** The position comes twice a second: so many lines of what was told are kept. */
const LINES_MAX = 200;
const SCOPE = "peertube";

const french = navigator.language.startsWith("fr");
const WORDS = french
  ? {
      heading: "Essayer le lecteur intégré",
      about: "Le cadre ci-dessous est piloté par des messages, comme le fait une page d’un autre site.",
      frame: "Lecteur",
      calls: "Ce qu’il sait faire",
      told: "Ce qu’il dit",
      waits: "En attente du lecteur…",
      ready: "Le lecteur est prêt.",
      failed: "La vidéo ne peut pas être lue.",
      value: "Valeur pour",
      picture: "L’image actuelle de la vidéo",
    }
  : {
      heading: "Try the embedded player",
      about: "The frame below is driven by messages, as a page of another site does it.",
      frame: "Player",
      calls: "What it can do",
      told: "What it says",
      waits: "Waiting for the player…",
      ready: "The player is ready.",
      failed: "The video cannot be played.",
      value: "Value for",
      picture: "The current picture of the video",
    };

/** Each call, and a first value where it takes one. */
const CALLS = [
  ["isReady"],
  ["isPlaying"],
  ["play"],
  ["pause"],
  ["seek", 10],
  ["getCurrentTime"],
  ["setVolume", 0.5],
  ["getVolume"],
  ["getResolutions"],
  ["setResolution", -1],
  ["getPlaybackRates"],
  ["getPlaybackRate"],
  ["setPlaybackRate", 1.5],
  ["getCaptions"],
  ["setCaption", "en"],
  ["playNextVideo"],
  ["playPreviousVideo"],
  ["getCurrentPosition"],
  ["setVideoPassword", ""],
  ["getImageDataUrl"],
];

const at = (id) => document.getElementById(id);
const [frame, state, told, picture] = ["frame", "state", "told", "picture"].map(at);

document.documentElement.lang = french ? "fr" : "en";
document.title = WORDS.heading;
at("heading").textContent = WORDS.heading;
at("about").textContent = WORDS.about;
at("calls-title").textContent = WORDS.calls;
at("told-title").textContent = WORDS.told;
frame.title = WORDS.frame;
state.textContent = WORDS.waits;
picture.alt = WORDS.picture;

function tell(name, value) {
  const line = document.createElement("li");
  const text = value === undefined ? name : `${name} ${JSON.stringify(value)}`;
  line.textContent = text.length > 500 ? `${text.slice(0, 500)}…` : text;
  told.prepend(line);
  while (LINES_MAX < told.children.length) told.lastElementChild.remove();
}

const asked = new Map();
let number = Math.floor(Math.random() * 1_000_000);
const post = (message) => frame.contentWindow.postMessage(JSON.stringify(message), "*");
const greet = (type) => post({ method: `${SCOPE}::__ready`, params: { type, publish: [] } });

function call(name, params) {
  number += 1;
  asked.set(number, name);
  post({ id: number, method: `${SCOPE}::${name}`, ...(params === undefined ? {} : { params }) });
}

const EVENTS = {
  __ready({ type } = {}) {
    if (type === "publish-request") greet("publish-reply");
  },
  ready(isPlayable) {
    state.textContent = isPlayable ? WORDS.ready : WORDS.failed;
    tell("ready", isPlayable);
  },
};

window.addEventListener("message", ({ source, data }) => {
  if (source !== frame.contentWindow || typeof data !== "string") return;
  let message;
  try {
    message = JSON.parse(data);
  } catch {
    // Not ours.
    return;
  }
  if (typeof message.method === "string") {
    const name = message.method.slice(SCOPE.length + 2);
    if (Object.hasOwn(EVENTS, name)) EVENTS[name](message.params);
    else tell(name, message.params);
    return;
  }
  const name = asked.get(message.id);
  if (name === undefined) return;
  asked.delete(message.id);
  if (message.error) {
    tell(`${name}() ✗`, `${message.error}: ${message.message}`);
    return;
  }
  tell(`${name}() →`, message.result);
  if (name === "getImageDataUrl") {
    picture.src = message.result;
    picture.hidden = false;
  }
});

for (const [name, first] of CALLS) {
  const row = document.createElement("div");
  row.className = "call";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = `${name}()`;
  button.dataset.call = name;
  row.append(button);
  let field;
  if (first !== undefined) {
    field = document.createElement("input");
    field.value = first;
    field.setAttribute("aria-label", `${WORDS.value} ${name}()`);
    field.autocomplete = "off";
    row.append(field);
  }
  button.addEventListener("click", () => {
    if (field === undefined) return call(name);
    // A number where it is meant as one; the names of captions and passwords are texts.
    call(name, typeof first === "number" ? Number(field.value) : field.value);
  });
  at("calls").append(row);
}

const id = location.pathname.split("/").filter(Boolean).pop();
const wishes = new URLSearchParams(location.search);
wishes.set("api", "1");
wishes.delete("scope");
frame.src = `/videos/embed/${id}?${wishes}`;
