// A video alone, or a list of them, for a frame on another site: /videos/embed/{id}?start=1m2s&stop=2:00&muted=1
//
// Owns what stands around the player there: the title, which leads to the video's page, and how the address's wishes are
// carried out. The server reads them out of the address. The title and that page's address are those of the head, so a
// video nobody may see has neither. Whoever drives the player from outside, or goes through a list, loads a module of
// their own, which works on the stage made here.

import init, { mount } from "/player/door.js";

/** How long after a key or a finger what changes is their doing. Milliseconds. */
const DEED_AGE_MAX = 1_000;

// On somebody else's page nothing is kept but what a viewer chose by hand: neither what was measured, nor what the
// address or the page around wished. Where nothing can be kept, there is nothing to read either.
const storage = (() => {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
})();
let touched = -Infinity;
for (const type of ["keydown", "pointerdown", "pointermove", "pointerup"]) {
  const note = ({ isTrusted, buttons }) => {
    if (isTrusted && (type !== "pointermove" || buttons)) touched = performance.now();
  };
  window.addEventListener(type, note, { capture: true, passive: true });
}
Object.defineProperty(window, "localStorage", {
  value: storage && {
    get length() {
      return storage.length;
    },
    getItem: (key) => storage.getItem(key),
    setItem(key, value) {
      const isChoice = !key.endsWith(".bandwidth") && performance.now() - touched < DEED_AGE_MAX;
      if (isChoice) storage.setItem(key, value);
    },
  },
});

init();

const said = (selector, field) => document.querySelector(selector)?.getAttribute(field);
const wishes = JSON.parse(said("meta[name=shoal-wishes]", "content") ?? "{}");
const [name, page, why] = [
  said("meta[property='og:title']", "content"),
  said("link[rel=canonical]", "href"),
  said("meta[name=shoal-ask]", "content"),
];
const place = document.getElementById("player");
const title = document.getElementById("title");
const sheet = document.getElementById("ask");
const lock = document.getElementById("lock");
const french = navigator.language.startsWith("fr");

const options = {
  start: wishes.start,
  stop: wishes.stop,
  autoplay: wishes.autoplay === true,
  loop: wishes.loop === true,
  controls: wishes.controls !== false,
  playbackRate: wishes.playbackRate,
  // The frame holds nothing else.
  pageKeys: true,
};
if (wishes.muted !== undefined) options.muted = wishes.muted;
// One of PeerTube's two players shares nothing.
if (wishes.p2p === false || wishes.mode === "web-video") options.p2p = false;

/** Sent with every question: the password, once it is known. */
let headers = {};

/** Asks the instance for something of the video. */
const ask = async (what, init) => {
  const answer = await fetch(`/api/v1/videos/${encodeURIComponent(stage.video)}${what}`, { headers, ...init });
  if (!answer.ok) throw Object.assign(new Error(`the instance answered ${answer.status}`), { status: answer.status });
  return answer.json();
};

const LOCK_WORDS = french
  ? {
      label: "Cette vidéo est protégée par un mot de passe",
      button: "Regarder",
      wrong: "Ce n’est pas le mot de passe.",
      often: "Trop d’essais. Attendez quelques minutes.",
      network: "Le serveur ne répond pas. Réessayez.",
    }
  : {
      label: "This video is protected by a password",
      button: "Watch",
      wrong: "That is not the password.",
      often: "Too many tries. Wait some minutes.",
      network: "The server does not answer. Try again.",
    };

/** What others work on. */
const stage = {
  wishes,
  french,
  /** The name of the video, as the API takes it. */
  video: decodeURIComponent(location.pathname.split("/").filter(Boolean).pop()),
  /** The player that is there now; another takes its place when another video is opened. */
  player: null,
  /** Called with each new player. */
  opened: [],
  /** What goes through a list, where there is one. */
  list: null,
  /** The picture itself, once it is there. */
  picture: () => place.lastElementChild?.shadowRoot?.querySelector("video") ?? null,

  /** Shows a title that leads to a page. */
  call(text, address) {
    if (!text || wishes.title === false) {
      title.hidden = true;
      return;
    }
    const link = title.firstElementChild;
    link.textContent = text;
    link.removeAttribute("href");
    if (address && wishes.peertubeLink !== false) link.href = address;
    title.hidden = false;
    title.removeAttribute("data-away");
  },

  /** Asks whether to show what is not for everybody; only a yes ends it. */
  confirm(reason) {
    const [what, words, button] = sheet.children;
    what.textContent = french ? "Cette vidéo n’est pas pour tout le monde" : "This video is not for everybody";
    words.textContent = reason;
    button.textContent = french ? "Regarder quand même" : "Watch it all the same";
    sheet.hidden = false;
    return new Promise((resolve) => {
      button.onclick = () => {
        sheet.hidden = true;
        resolve();
      };
    });
  },

  /** Asks the viewer for the password. */
  askPassword() {
    const [label, field, button, wrong] = lock.querySelectorAll("label, input, button, p");
    label.textContent = LOCK_WORDS.label;
    button.textContent = LOCK_WORDS.button;
    const unlock = async () => {
      if (button.disabled || !field.value) return field.focus();
      button.disabled = true;
      wrong.textContent = "";
      // Whoever asked for it wants to see it.
      const { autoplay } = options;
      options.autoplay = true;
      try {
        await stage.unlock(field.value);
        field.value = "";
        place.lastElementChild?.shadowRoot?.querySelector("[tabindex], button")?.focus();
      } catch ({ status }) {
        options.autoplay = autoplay;
        const reasons = { 403: LOCK_WORDS.wrong, 429: LOCK_WORDS.often };
        wrong.textContent = reasons[status] ?? LOCK_WORDS.network;
        field.focus();
        field.select();
      } finally {
        button.disabled = false;
      }
    };
    // A sandbox may forbid to send forms: it is never sent.
    lock.onsubmit = (event) => event.preventDefault();
    button.onclick = unlock;
    lock.onkeydown = (event) => {
      // The player hears no key that is meant for the form.
      event.stopPropagation();
      if (event.key === "Enter" && event.target === field) {
        event.preventDefault();
        unlock();
      }
    };
    lock.hidden = false;
  },

  /** Plays the video, with these options more. */
  open(more = {}) {
    sheet.hidden = true;
    lock.hidden = true;
    stage.player?.destroy();
    const player = mount(place, { video: stage.video, ...options, ...more });
    stage.player = player;
    player.on("playing", () => title.setAttribute("data-away", ""));
    for (const event of ["pause", "ended", "error"]) player.on(event, () => title.removeAttribute("data-away"));
    player.on("error", ({ code } = {}) => {
      if (code === "password" && stage.player === player) stage.askPassword();
    });
    const captions = more.captions ?? [];
    const wanted = captions.findIndex(({ language }) => language === wishes.subtitle);
    if (wanted !== -1) player.setCaption(wanted);
    // A moment of the address is one of the first video.
    options.start = options.stop = undefined;
    for (const listener of stage.opened) listener(player);
    return player;
  },

  /** The captions there are, as the player takes them. */
  async captions() {
    const { data } = await ask("/captions");
    const rows = data.map(({ language, fileUrl, captionPath }) => ({
      language: language?.id,
      label: language?.label ?? language?.id,
      src: fileUrl ?? captionPath,
    }));
    return rows.filter(({ language, src }) => language && src);
  },

  /** Plays the video; once its captions are known, where one of them is wished or may be chosen from outside. */
  async begin(more = {}) {
    const captions = wishes.subtitle || wishes.api ? await stage.captions().catch(() => []) : [];
    return stage.open({ ...more, captions });
  },

  /** Opens a video with its password. */
  async unlock(password) {
    // Whoever is around answers for the password, not for the viewer.
    await agreed;
    headers = { "x-peertube-video-password": password };
    // First alone: each wrong one counts, and one try is to count once.
    const video = await ask("");
    const [token, captions] = await Promise.all([
      // A video without a password has no need of it.
      ask("/token", { method: "POST" }).catch(() => null),
      stage.captions().catch(() => []),
    ]);
    const [playlist] = video.streamingPlaylists;
    stage.call(video.name, `/w/${video.shortUUID}`);
    stage.open({
      src: playlist?.playlistUrl ?? video.files[0]?.fileUrl,
      sha256: playlist?.segmentsSha256Url,
      fileToken: token?.files?.token,
      title: video.name,
      poster: video.previewPath,
      duration: video.duration,
      aspectRatio: video.aspectRatio,
      captions,
    });
  },
};

// In a frame as large as a wall the big button grows with it: the player's own sizes are for what lies on a page. Wishes
// about looks are rules of style in the player's own root, too. The server lets only colors through.
const rules = [
  `@container (width >= 480px) and (height >= 230px) {
    .player .big-play { width: clamp(76px, 9cqmin, 320px); height: clamp(76px, 9cqmin, 320px); }
    .player .big-play svg { width: 53%; height: 53%; }
  }`,
  wishes.controlBar === false && ".bar { display: none !important; }",
  wishes.bigPlayBackgroundColor && `.big-play { background: ${wishes.bigPlayBackgroundColor} !important; }`,
  wishes.foregroundColor && `.player { color: ${wishes.foregroundColor} !important; }`,
].filter(Boolean);
new MutationObserver(() => {
  const root = place.lastElementChild?.shadowRoot;
  if (!root || root.querySelector("style[data-frame]")) return;
  const style = document.createElement("style");
  style.dataset.frame = "";
  style.textContent = rules.join("\n");
  root.append(style);
}).observe(place, { childList: true });

// An instance may be reached by another name than its own.
if (name && page) stage.call(name, new URL(page).pathname);

/** Done once the viewer may see it: at once, but for what is asked about first. */
const agreed = why === undefined ? Promise.resolve() : stage.confirm(why);
const waits = wishes.api === true && wishes.waitPasswordFromEmbedAPI === true;
const isList = location.pathname.startsWith("/video-playlists/");
const start = () => {
  if (isList) import(said("meta[name=shoal-embed-list]", "content")).then(({ default: goThrough }) => goThrough(stage));
  else if (!waits) stage.begin();
};

// Nobody else pays for what only they need.
if (wishes.api === true) {
  import(said("meta[name=shoal-embed-api]", "content")).then(({ default: speak }) => speak(stage));
}

// What is not for all eyes is asked about first, as the instance wants it for strangers; nothing of it is fetched before.
agreed.then(() => {
  if (why !== undefined) options.autoplay = true;
  start();
});
