// The Shoal player without its element, for our own pages:
//
//   import init, { mount } from "/player/door.js";
//   await init();
//   const player = mount(element, { video: "https://instance.example/w/rrBjcMzUHp9vw19EDscPnD" });
//
// Other pages take `shoal-player.js`, which has this in it, and `<shoal-player>`.
//
// Owns the door: it fetches the player's code and the first files of the video side by side, and keeps what is called
// before the code is there. Never decides anything about playback. Where the code cannot run at all, the browser's own
// player takes its place.

const at = (path) => new URL(path, import.meta.url).href;
const origin = new URL(import.meta.url).origin;

// The code is wanted as soon as somebody imports us; both files travel together.
// What is fetched is what was built, or nothing: each file has its digest here (Subresource Integrity §3).
const wasm = fetch(at("../assets/shoal_player_bg.wasm"), { integrity: "integrity of shoal_player_bg.wasm" });
wasm.catch(() => {});
let loading;
let exports;
let sharing;

// What was remembered is read from the disk at the first look, and the page would stand still for that later.
try {
  void localStorage.length;
} catch {
  // A page without storage remembers nothing.
}

// A script that is imported has its digest from a link that preloads it, where the browser knows that.
function glue() {
  const href = at("../assets/shoal_player.js");
  const link = document.createElement("link");
  Object.assign(link, { rel: "modulepreload", href, crossOrigin: "anonymous", integrity: "integrity of shoal_player.js" });
  document.head.append(link);
  return import(href);
}

function load() {
  loading ??= glue().then(async (glue) => {
    exports = await glue.default({ module_or_path: wasm });
    return glue;
  });
  return loading;
}

// The part of the code that only a viewer who shares needs. It joins the first part, whose exports it imports, once for
// all players of the page.
function loadSharing() {
  sharing ??= fetch(at("../assets/shoal_player_sharing.wasm"), { integrity: "integrity of shoal_player_sharing.wasm" })
    .then((answer) => answer.arrayBuffer())
    .then((code) => WebAssembly.instantiate(code, { m: exports }));
  sharing.catch(() => (sharing = null));
  return sharing;
}

/** Begins loading the player. Resolves as soon as `mount` may be called, which is at once. */
export default async function init() {
  load().catch(() => {});
}

const isPlaylist = (url) => /\.m3u8($|[?#])/.test(url);

// What the last video measured, in bits per second, as the code remembers it.
function remembered() {
  try {
    return parseInt(localStorage.getItem("shoal-player.bandwidth"), 10) || 0;
  } catch {
    return 0;
  }
}

// The playlists that will be wanted after a master playlist: those of the variant the code is likely to begin with (the
// smallest, or the best that comes within half a second) and of its sound. A guess that is wrong costs a kilobyte.
function likely(master, base) {
  const field = (line, name) => new RegExp(`(?:^|,)${name}=(?:"([^"]*)"|([^,]*))`).exec(line)?.slice(1).find(Boolean);
  const enough = remembered() / 8;
  const variants = [...master.matchAll(/^#EXT-X-STREAM-INF:(.*)\r?\n([^#\s].*)/gm)]
    .map(([, line, uri]) => ({ uri, bits: Number(field(line, "BANDWIDTH")), sound: field(line, "AUDIO") }))
    .sort((one, other) => one.bits - other.bits);
  const variant = variants.findLast(({ bits }) => bits <= enough) ?? variants[0];
  const sounds = [...master.matchAll(/^#EXT-X-MEDIA:(.*)/gm)].map(([, line]) => line);
  const sound = sounds.find((line) => field(line, "TYPE") === "AUDIO" && field(line, "GROUP-ID") === variant?.sound);
  const uris = [variant?.uri, sound && field(sound, "URI")];
  return uris.filter(Boolean).map((uri) => new URL(uri, base).href);
}

// Asks for what lies in several places: a film's own folder, and copies of it on other servers. Whoever fails, or is asked
// for the same again, is left for the next. Only pieces of the film come from anywhere, since each is checked: what they are
// checked against comes from the film's own server, or from the one this code came from.
function places() {
  const asked = new Set();
  let own, trusted, all, turn = 0;
  return {
    of(playlist, copies = []) {
      own = new URL(".", playlist).href;
      const folders = copies.map((url) => url.replace(/\/*$/, "/"));
      const isHere = (url) => url.startsWith(`${origin}/`);
      trusted = [...folders.filter(isHere), own];
      all = [...trusted, ...folders.filter((url) => !isHere(url))];
    },
    async ask(url, init) {
      if (!own || !url.startsWith(own)) return fetch(url, init);
      const name = url.slice(own.length);
      const range = init.headers?.Range;
      const from = range && init.cache !== "no-store" ? all : trusted;
      if (asked.has(name + range)) turn += 1;
      if (asked.size > 999) asked.clear();
      asked.add(name + range);
      // Others ask meanwhile: whose turn it was when we began is ours to remember.
      const first = turn;
      for (let tried = 0; ; ) {
        const place = from[(first + tried) % from.length];
        tried += 1;
        try {
          const answer = await fetch(place + name, init);
          if (answer.ok || tried === from.length) return answer;
        } catch (error) {
          if (tried === from.length || init.signal?.aborted) throw error;
        }
        turn = Math.max(turn, first + tried);
      }
    },
  };
}

// Starts the requests that come first, so that they do not wait for the code. The code finds them by address.
function warm(options, signal) {
  const { of, ask } = places();
  const under_way = Object.assign(new Map(), { ask });
  const begin = (url, headers) => {
    if (!under_way.has(url)) {
      const answer = ask(url, { headers, signal });
      answer.catch(() => {});
      under_way.set(url, answer);
    }
    return under_way.get(url);
  };
  const token = (url) =>
    options.fileToken ? `${url}${url.includes("?") ? "&" : "?"}videoFileToken=${encodeURIComponent(options.fileToken)}` : url;
  const stream = async (playlist, digests) => {
    const master = begin(token(playlist));
    if (digests) begin(token(digests));
    // A token stays with whoever has the rules for it.
    if (options.fileToken) return;
    for (const url of likely(await (await master).clone().text(), playlist)) begin(url);
  };
  const find = async (base, id) => {
    const headers = options.accessToken ? { Authorization: `Bearer ${options.accessToken}` } : {};
    const answer = await begin(`${base}/api/v1/videos/${encodeURIComponent(id)}`, headers);
    const { streamingPlaylists: [playlist], privacy } = await answer.clone().json();
    if (playlist) of(playlist.playlistUrl, playlist.redundancies?.map(({ baseUrl }) => baseUrl));
    if (playlist && (privacy.id < 3 || options.fileToken)) {
      await stream(playlist.playlistUrl, playlist.segmentsSha256Url);
    }
  };
  // Whatever fails here is asked for again, and reported, by the code.
  if (options.src) {
    if (isPlaylist(options.src)) of(options.src, options.mirrors);
    if (isPlaylist(options.src)) stream(options.src, options.sha256).catch(() => {});
  } else if (options.video) {
    const page = /^(https?:\/\/[^/]+)\/(?:.*\/)?([^/?#]+)\/?(?:[?#].*)?$/.exec(options.video);
    find(...(page ? page.slice(1) : [(options.instance || origin).replace(/\/+$/, ""), options.video])).catch(() => {});
  }
  return under_way;
}

/** One mounted player. */
class Player {
  #inner = null;
  #waiting = [];
  #listeners = new Map();
  #gone = false;
  #first = new AbortController();
  #element;
  #plain = null;

  constructor(element, options) {
    this.#element = element;
    const emit = (type, detail) => this.#emit(type, detail);
    const first = warm(options, this.#first.signal);
    load().then(
      (glue) => {
        if (this.#gone) return;
        this.#inner = glue.mount(element, options, first, emit, origin, loadSharing);
        emit("mounted");
        for (const [name, values] of this.#waiting.splice(0)) this.#inner[name](...values);
      },
      (error) => {
        if (!this.#gone) this.#playPlainly(options, error);
      },
    );
  }

  // A very old browser, or a policy that forbids WebAssembly.
  #playPlainly(options, error) {
    const video = document.createElement("video");
    video.controls = options.controls !== false;
    video.playsInline = true;
    video.style.cssText = "display:block;width:100%;height:100%;background:#000";
    for (const name of ["poster", "autoplay", "muted", "loop", "src"]) if (options[name]) video[name] = options[name];
    this.#element.append(video);
    this.#plain = video;
    console.warn("The Shoal player could not start:", error);
    this.#emit("error", { code: "unsupported" });
  }

  #emit(type, detail) {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        listener(detail);
      } catch (error) {
        // A page's own mistake must not stop the player.
        reportError(error);
      }
    }
  }

  /** Calls `listener` at every event of a type. */
  on(type, listener) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set());
    this.#listeners.get(type).add(listener);
    return this;
  }

  /** Calls it no more. */
  off(type, listener) {
    this.#listeners.get(type)?.delete(listener);
    return this;
  }

  /** Takes the player out of the page and ends everything it does. */
  destroy() {
    this.#gone = true;
    this.#first.abort();
    this.#waiting.length = 0;
    this.#listeners.clear();
    this.#inner?.destroy();
    this.#inner = null;
    this.#plain?.remove();
  }

  // Calls that change something wait for the code; questions get the answer of a player that has not begun.
  static {
    const acts = ["play", "pause", "seek", "setVolume", "setMuted", "setPlaybackRate", "setQuality", "setCaption", "setTheater"];
    for (const name of acts) {
      this.prototype[name] = function (...values) {
        if (this.#inner) this.#inner[name](...values);
        else if (!this.#gone) this.#waiting.push([name, values]);
      };
    }
    const questions = {
      currentTime: 0, duration: 0, paused: true, ended: false, volume: 1, muted: false, playbackRate: 1, quality: -1,
    };
    for (const [name, unknown] of Object.entries(questions)) {
      this.prototype[name] = function () {
        return this.#inner ? this.#inner[name]() : unknown;
      };
    }
    this.prototype.qualities = function () {
      return this.#inner ? this.#inner.qualities() : [];
    };
    this.prototype.statistics = function () {
      return this.#inner ? this.#inner.statistics() : {};
    };
  }
}

/** Puts a player into an element. */
export function mount(element, options = {}) {
  const whole = { ...options };
  for (const name of ["src", "sha256", "poster"]) {
    if (whole[name]) whole[name] = new URL(whole[name], document.baseURI).href;
  }
  return new Player(element, whole);
}
