import init, { mount } from "./door.js";

// The Shoal player as an element, for any page:
//
//   <script type="module" src="https://instance.example/player/shoal-player.js"></script>
//   <shoal-player src="https://instance.example/w/rrBjcMzUHp9vw19EDscPnD"></shoal-player>
//
// or, by hand: `await init(); mount(element, { video: "https://instance.example/w/…" })`. In what is handed out the door
// stands in the place of the first line.
//
// Owns the manners of the element: attributes, properties, methods and events are those of HTML's <video> wherever it has
// them, so that scripts and frames of controls that know one know the other. Decides nothing about playback.

// Attributes that begin another player when they change.
const BEGINNINGS = ["src", "video", "instance", "sha256", "mirrors", "trackers", "sharing", "no-p2p", "file-token", "access-token"];
const TEXTS = {
  instance: "instance", sha256: "sha256", title: "title", poster: "poster", lang: "language", sharing: "sharing",
  "file-token": "fileToken", "access-token": "accessToken",
};
const NUMBERS = {
  start: "start", stop: "stop", quality: "quality", volume: "volume", duration: "duration", "aspect-ratio": "aspectRatio",
  playbackrate: "playbackRate", "playback-rate": "playbackRate",
};
const LISTS = { mirrors: "mirrors", trackers: "trackers", "stun-servers": "stunServers" };
const FLAGS = { autoplay: "autoplay", muted: "muted", loop: "loop", theater: "theater", "page-keys": "pageKeys" };

// What the player says itself, with a detail, and what its picture says besides.
const OURS = [
  "ready", "firstframe", "play", "pause", "ended", "timeupdate", "seeking", "seeked", "volumechange", "ratechange",
  "qualitychange", "waiting", "playing", "theater", "error",
];
const THEIRS = [
  "abort", "canplay", "canplaythrough", "durationchange", "emptied", "enterpictureinpicture", "leavepictureinpicture",
  "loadeddata", "loadedmetadata", "loadstart", "progress", "resize", "stalled", "suspend",
];

// Parts of the player that a page may style: `shoal-player::part(controls)`.
const PARTS = {
  player: ".player", video: ".video", controls: ".bar", cues: ".cues", spinner: ".spinner", "big-play": ".big-play",
  menu: ".panel", time: ".time", volume: ".volume", button: ".button",
};

// What a page set before there was a player, or while there is none.
const AT_REST = { volume: 1, muted: false, playbackRate: 1, quality: -1 };

const style = new CSSStyleSheet();
style.replaceSync(":host { display: block; contain: layout; } :host([hidden]) { display: none; } #room { height: 100%; }");

// Addresses of files are played as they are; everything else is a video of an instance.
const isFile = (address) => /\.(m3u8|mp4|m4v|webm|mov|ogv|mp3|m4a|ogg|opus|flac)($|[?#])/i.test(address);

// `#t=12,20` of an address (Media Fragments URI §4.2.1): seconds, or `hh:mm:ss`.
function fragment(address) {
  const [, from, to] = /[#&]t=(?:npt:)?([\d:.]*)(?:,([\d:.]+))?/.exec(address) ?? [];
  const seconds = (text) => text ? text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) : undefined;
  return { start: seconds(from), stop: seconds(to) };
}

const none = () => ({ length: 0, start: () => { throw new DOMException("", "IndexSizeError"); }, end: () => { throw new DOMException("", "IndexSizeError"); } });

/** `<shoal-player>`. */
class ShoalPlayer extends HTMLElement {
  static observedAttributes = [...BEGINNINGS, "muted", "loop", "poster", "title", "playbackrate", "playback-rate", "quality"];

  /** The player itself, while the element is in a page. */
  player = null;

  #room;
  #ears = null;
  #error = null;
  #playing = new Set();
  #rest = { ...AT_REST };
  #changing = false;

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [style];
    this.#room = document.createElement("div");
    this.#room.id = "room";
    shadow.append(this.#room);
    // What was set before the element was known to be one: it would hide what stands in the class.
    for (const name of Object.keys(Object.getOwnPropertyDescriptors(ShoalPlayer.prototype))) {
      if (name !== "constructor" && Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        queueMicrotask(() => (this[name] = value));
      }
    }
  }

  connectedCallback() {
    if (!this.player) this.#begin();
  }

  disconnectedCallback() {
    // Who is only moved to another place comes back at once, and goes on there.
    const goesOn = !this.paused;
    queueMicrotask(() => {
      if (!this.isConnected) this.#end();
      else if (goesOn) this.player?.play();
    });
  }

  attributeChangedCallback(name, old, now) {
    if (!this.isConnected || old === now) return;
    if (BEGINNINGS.includes(name)) {
      // Several attributes that change together begin one player.
      if (!this.#changing) queueMicrotask(() => { this.#changing = false; if (this.isConnected) this.load(); });
      this.#changing = true;
    } else if (name === "loop" && this.media) this.media.loop = now !== null;
    else if (name === "poster" && this.media) this.media.poster = now ?? "";
    else if (name === "quality") this.quality = Number(now ?? -1);
    else if (name.startsWith("playback")) this.playbackRate = Number(now ?? 1);
  }

  #options() {
    // Inside somebody else's controls ours would stand twice (media-chrome's convention).
    const options = { controls: !this.hasAttribute("no-controls") && this.slot !== "media", p2p: !this.hasAttribute("no-p2p") };
    for (const [name, option] of Object.entries(TEXTS)) if (this.hasAttribute(name)) options[option] = this.getAttribute(name);
    for (const [name, option] of Object.entries(NUMBERS)) if (this.hasAttribute(name)) options[option] = Number(this.getAttribute(name));
    for (const [name, option] of Object.entries(LISTS)) {
      if (this.hasAttribute(name)) options[option] = this.getAttribute(name).split(/[\s,]+/).filter(Boolean);
    }
    for (const [name, option] of Object.entries(FLAGS)) if (this.hasAttribute(name)) options[option] = true;
    const src = this.getAttribute("src") ?? "";
    for (const [name, seconds] of Object.entries(fragment(src))) if (0 < seconds) options[name] ??= seconds;
    const address = src.replace(/#.*/, "");
    if (this.hasAttribute("video")) options.video = this.getAttribute("video");
    else if (isFile(address)) options.src = address;
    else if (address) options.video = new URL(address, document.baseURI).href;
    if (this.#rest.volume !== 1) options.volume ??= this.#rest.volume;
    if (this.#rest.muted) options.muted = true;
    if (this.#rest.playbackRate !== 1) options.playbackRate ??= this.#rest.playbackRate;
    if (this.#rest.quality !== -1) options.quality ??= this.#rest.quality;
    return options;
  }

  #begin() {
    const options = this.#options();
    if (!options.src && !options.video) return;
    this.#error = null;
    this.#ears = new AbortController();
    this.player = mount(this.#room, options);
    this.player.on("mounted", () => this.#listen());
    for (const type of OURS) {
      this.player.on(type, (detail) => {
        if (type === "error") this.#fail(detail);
        this.#settle(type, detail);
        this.dispatchEvent(new CustomEvent(type, { detail }));
      });
    }
  }

  #listen() {
    const video = this.media;
    if (!video) return;
    const { signal } = this.#ears;
    for (const type of THEIRS) video.addEventListener(type, () => this.dispatchEvent(new Event(type)), { signal });
    const inside = video.getRootNode();
    for (const [part, selector] of Object.entries(PARTS)) {
      for (const element of inside.querySelectorAll(selector)) element.part.add(part);
    }
    inside.host?.setAttribute("exportparts", Object.keys(PARTS).join(", "));
  }

  #end() {
    this.#ears?.abort();
    this.player?.destroy();
    this.player = null;
    this.#room.replaceChildren();
    this.#settle("error", { code: "aborted" });
  }

  #fail({ code, message }) {
    const number = { network: 2, server: 2, decode: 3, forged: 3 }[code] ?? 4;
    this.#error = { code: number, message: message ?? String(code ?? "") };
  }

  // Who waits for `play` hears how it ended.
  #settle(type, detail) {
    if (!["playing", "pause", "error"].includes(type)) return;
    for (const [resolve, reject] of this.#playing) {
      if (type === "playing") resolve();
      else if (type === "pause") reject(new DOMException("It was paused, or the browser wants a click first.", "NotAllowedError"));
      else if (detail?.code === "aborted") reject(new DOMException("The element was taken away.", "AbortError"));
      else reject(new DOMException(detail?.message ?? "It cannot be played.", "NotSupportedError"));
    }
    this.#playing.clear();
  }

  /** The <video> inside, once it is there. */
  get media() {
    for (const child of this.#room.children) {
      const video = child.shadowRoot?.querySelector("video") ?? (child.localName === "video" ? child : null);
      if (video) return video;
    }
    return null;
  }

  /** Plays; resolves once the picture moves. */
  play() {
    if (!this.player) return Promise.reject(new DOMException("There is nothing to play.", "NotSupportedError"));
    if (!this.paused && 2 < this.readyState) return Promise.resolve();
    const told = new Promise((resolve, reject) => this.#playing.add([resolve, reject]));
    this.player.play();
    return told;
  }

  /** Pauses. */
  pause() {
    this.player?.pause();
  }

  /** Begins anew, with what the attributes say. */
  load() {
    this.#end();
    this.#begin();
  }

  /** Goes to a moment, in seconds. */
  fastSeek(seconds) {
    this.currentTime = seconds;
  }

  canPlayType(type) {
    if (/mpegurl/i.test(type)) return "maybe";
    return document.createElement("video").canPlayType(type);
  }

  requestPictureInPicture() {
    const gone = () => Promise.reject(new DOMException("There is no picture yet.", "InvalidStateError"));
    return this.media?.requestPictureInPicture?.() ?? gone();
  }

  getVideoPlaybackQuality() {
    return this.media?.getVideoPlaybackQuality();
  }

  /** Heights in pixels that there are, the best first. */
  get qualities() {
    return this.player?.qualities() ?? [];
  }

  /** The height in pixels that was chosen; -1 leaves it to the player. */
  get quality() {
    return this.player?.quality() ?? this.#rest.quality;
  }
  set quality(height) {
    this.#rest.quality = Number(height);
    this.player?.setQuality(Number(height));
  }

  /** What was fetched, from whom, and how it plays. */
  get statistics() {
    return this.player?.statistics() ?? {};
  }

  get currentTime() {
    return this.player?.currentTime() ?? 0;
  }
  set currentTime(seconds) {
    this.player?.seek(Number(seconds));
  }

  get duration() {
    return this.player?.duration() || NaN;
  }

  get paused() {
    return this.player?.paused() ?? true;
  }

  get ended() {
    return this.player?.ended() ?? false;
  }

  get volume() {
    return this.player ? this.player.volume() : this.#rest.volume;
  }
  set volume(volume) {
    if (!(0 <= volume && volume <= 1)) throw new DOMException("A volume is between 0 and 1.", "IndexSizeError");
    this.#rest.volume = Number(volume);
    this.player?.setVolume(Number(volume));
  }

  get muted() {
    return this.player && this.media ? this.player.muted() : this.#rest.muted || this.hasAttribute("muted");
  }
  set muted(muted) {
    this.#rest.muted = Boolean(muted);
    this.player?.setMuted(Boolean(muted));
  }

  get playbackRate() {
    return this.player ? this.player.playbackRate() : this.#rest.playbackRate;
  }
  set playbackRate(rate) {
    this.#rest.playbackRate = Number(rate);
    this.player?.setPlaybackRate(Number(rate));
  }

  get error() {
    return this.#error;
  }

  static {
    // As the picture has them, and what they are where there is none.
    const of = {
      buffered: none, seekable: none, played: none, readyState: () => 0, networkState: () => 0, seeking: () => false,
      videoWidth: () => 0, videoHeight: () => 0, textTracks: () => [], currentSrc: () => "",
    };
    for (const [name, otherwise] of Object.entries(of)) {
      Object.defineProperty(this.prototype, name, {
        get() { return this.media?.[name] ?? otherwise(); }, configurable: true, enumerable: true,
      });
    }
    // Attributes that are texts, and attributes that are there or not.
    const texts = { src: "src", video: "video", instance: "instance", sha256: "sha256", poster: "poster", preload: "preload", crossOrigin: "crossorigin" };
    for (const [name, attribute] of Object.entries(texts)) {
      Object.defineProperty(this.prototype, name, {
        get() { return this.getAttribute(attribute) ?? ""; },
        set(value) { this.setAttribute(attribute, value); },
        configurable: true, enumerable: true,
      });
    }
    const flags = { autoplay: "autoplay", loop: "loop", defaultMuted: "muted", playsInline: "playsinline" };
    for (const [name, attribute] of Object.entries(flags)) {
      Object.defineProperty(this.prototype, name, {
        get() { return this.hasAttribute(attribute); },
        set(value) { this.toggleAttribute(attribute, Boolean(value)); },
        configurable: true, enumerable: true,
      });
    }
    Object.defineProperty(this.prototype, "controls", {
      get() { return !this.hasAttribute("no-controls"); },
      set(value) { this.toggleAttribute("no-controls", !value); },
      configurable: true, enumerable: true,
    });
  }
}

if (!customElements.get("shoal-player")) customElements.define("shoal-player", ShoalPlayer);
export { ShoalPlayer };
