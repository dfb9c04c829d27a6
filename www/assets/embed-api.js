// The player in a frame, driven by the page around it: /videos/embed/{id}?api=1
//
// Owns the messages: PeerTube's names for what a player can do and what happens to it, in the envelopes of jschannel, so
// that `@peertube/embed-api` works here as it does there. Each message is JSON as text. `{ id, method, params }` is
// answered with `{ id, result }` or `{ id, error, message }`; one without an id wants no answer. Both sides say `__ready`
// first and keep what they have to say until the other did. Only the window around the frame is heard.

/** No call is longer. */
const MESSAGE_LENGTH_MAX = 65_536;
/** What is said before the other side is there; it hears the state of things then, so that older news may go. */
const WAITING_MAX = 100;
/** How often the position is told. Milliseconds, as with PeerTube. */
const STATUS_INTERVAL = 500;
/** Troubles that stay as they are, so that who waits is told. A password may still come, and a network come back. */
const FINAL = ["not-found", "private", "gone", "unsupported"];
const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2];

/** An error as the other side reads it. */
class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

function channel(scope, methods) {
  const other = window.parent;
  const waiting = [];
  let isReady = false;
  const post = (message) => other.postMessage(JSON.stringify(message), "*");
  const say = (message) => {
    if (isReady) return post(message);
    waiting.push(message);
    if (waiting.length > WAITING_MAX) waiting.shift();
  };
  const greet = (type) => post({ method: `${scope}::__ready`, params: { type, publish: [] } });

  const answer = async (id, name, params) => {
    try {
      const method = Object.hasOwn(methods, name) && methods[name];
      if (!method) throw new Refusal("method_not_found", `No method '${name}'`);
      say({ id, result: await method(params) });
    } catch (error) {
      say({ id, error: error?.code ?? error?.name ?? "runtime_error", message: String(error?.message ?? error) });
    }
  };

  window.addEventListener("message", ({ source, data }) => {
    if (source !== other || typeof data !== "string" || data.length > MESSAGE_LENGTH_MAX) return;
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      // Other people's messages.
      return;
    }
    if (typeof message?.method !== "string" || !message.method.startsWith(`${scope}::`)) return;
    const name = message.method.slice(scope.length + 2);
    if (name === "__ready") {
      // Whoever begins anew asks anew.
      if (message.params?.type === "publish-request") greet("publish-reply");
      isReady = true;
      for (const held of waiting.splice(0)) post(held);
    } else if (message.id !== undefined) {
      answer(message.id, name, message.params);
    }
  });
  greet("publish-request");

  /** Tells that something happened. */
  return (name, params) => say({ method: `${scope}::${name}`, params });
}

const finite = (value, what) => {
  const number = Number(value);
  if (!Number.isFinite(number)) throw new TypeError(`${what} should be a number`);
  return number;
};

/** Lets the page around this one drive what is on the stage. */
export default function speak(stage) {
  // Nobody is around: we would talk to ourselves.
  if (window.parent === window) return;

  let isLoaded = false;
  let state = "unstarted";
  // Captions of the video that is shown, and the one that was asked for and is not there yet.
  let captions = null;
  let asked;

  const player = () => {
    if (!stage.player) throw new Refusal("not_ready", "No video is open yet");
    return stage.player;
  };
  const width = (height) => {
    const picture = stage.picture();
    return picture?.videoHeight ? Math.round((height * picture.videoWidth) / picture.videoHeight) : undefined;
  };
  const resolutions = () => {
    const chosen = player().quality();
    const rows = player().qualities().map(({ height }) => ({
      id: height,
      label: `${height}p`,
      active: height === chosen,
      width: width(height),
      height,
    }));
    const playing = player().qualities().find(({ active }) => active)?.height;
    const label = playing && chosen === -1 ? `Auto (${playing}p)` : "Auto";
    return [...rows, { id: -1, label, active: chosen === -1 }];
  };
  const allCaptions = async () => {
    captions ??= await stage.captions();
    return captions;
  };
  const captionShown = () => {
    const tracks = [...(stage.picture()?.textTracks ?? [])];
    const shown = tracks.find(({ mode }) => mode !== "disabled")?.language;
    // What was asked for is fetched first; what is there counts from then on.
    if (shown !== undefined) asked = undefined;
    return shown ?? asked;
  };

  const methods = {
    isReady: () => isLoaded,
    isPlaying: () => !player().paused(),
    play: () => player().play(),
    pause: () => player().pause(),
    seek: (seconds) => player().seek(Math.max(0, finite(seconds, "seconds"))),
    getCurrentTime: () => player().currentTime(),
    setVolume: (volume) => {
      player().setVolume(Math.min(1, Math.max(0, finite(volume, "volume"))));
    },
    getVolume: () => player().volume(),
    getResolutions: resolutions,
    setResolution: (id) => {
      const height = finite(id, "resolution");
      if (height !== -1 && !player().qualities().some((quality) => quality.height === height)) {
        throw new RangeError("There is no such resolution");
      }
      player().setQuality(height);
    },
    getPlaybackRates: () => RATES,
    getPlaybackRate: () => player().playbackRate(),
    setPlaybackRate: (rate) => player().setPlaybackRate(finite(rate, "rate")),
    async getCaptions() {
      const list = await allCaptions();
      const shown = captionShown();
      return list.map(({ language, label, src }) => ({
        id: language,
        label,
        src: new URL(src, location.href).href,
        mode: language === shown ? "showing" : "disabled",
      }));
    },
    async setCaption(id) {
      const list = await allCaptions();
      const at = list.findIndex(({ language }) => language === id);
      // Any other name turns them off.
      asked = at === -1 ? undefined : id;
      player().setCaption(at);
    },
    playNextVideo: () => stage.list?.next(),
    playPreviousVideo: () => stage.list?.previous(),
    getCurrentPosition: () => stage.list?.position,
    async setVideoPassword(password) {
      if (typeof password !== "string") throw new TypeError("The password should be a text");
      await stage.unlock(password);
    },
    getImageDataUrl() {
      const picture = stage.picture();
      if (!picture?.videoWidth || picture.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
        throw new Refusal("not_ready", "There is no picture yet");
      }
      const canvas = document.createElement("canvas");
      canvas.width = picture.videoWidth;
      canvas.height = picture.videoHeight;
      canvas.getContext("2d").drawImage(picture, 0, 0);
      return canvas.toDataURL("image/jpeg");
    },
  };

  const tell = channel(stage.wishes.scope ?? "peertube", methods);
  const change = (next) => {
    if (state === next) return;
    state = next;
    tell("playbackStatusChange", state);
  };
  const loaded = () => {
    if (isLoaded) return;
    isLoaded = true;
    tell("ready", true);
  };

  const listen = (opened) => {
    captions = null;
    asked = undefined;
    // What a player says that was put away meanwhile is of no interest.
    const on = (type, heard) => opened.on(type, (detail) => stage.player === opened && heard(detail));
    // From then on there are resolutions to choose from; where the browser plays by itself, the picture says it.
    for (const type of ["qualitychange", "firstframe"]) {
      on(type, () => {
        loaded();
        tell("resolutionUpdate", resolutions());
      });
    }
    on("volumechange", () => tell("volumeChange", opened.muted() ? 0 : opened.volume()));
    on("play", () => {
      tell("play");
      change("playing");
    });
    on("pause", () => {
      tell("pause");
      if (!opened.ended()) change("paused");
    });
    on("ended", () => change("ended"));
    on("error", ({ code } = {}) => {
      if (!isLoaded && FINAL.includes(code)) tell("ready", false);
    });
    // They may have been there before we were.
    if (opened.qualities().length) loaded();
    if (!opened.paused()) change("playing");
  };
  stage.opened.push(listen);
  if (stage.player) listen(stage.player);
  // Who will tell a password needs to be heard before there is a video.
  setInterval(() => {
    if (!stage.player || !isLoaded) return;
    tell("playbackStatusUpdate", {
      position: stage.player.currentTime(),
      volume: stage.player.volume(),
      duration: stage.player.duration(),
      playbackState: state,
    });
  }, STATUS_INTERVAL);
}
