// A video alone, for a frame on another site: /videos/embed/{id}?start=1m2s&stop=2:00&autoplay=1&muted=1&loop=1
//
// Owns what stands around the player there: the title, which leads to the video's page, and the address's wishes. The
// title and that page's address are those of the head, so a video nobody may see has neither.

import init, { mount } from "/player/shoal-player.js";

init();

const asked = new URLSearchParams(location.search);
const is = (name) => ["1", "true"].includes(asked.get(name));

// `62`, `62s`, `1m2s`, `1h2m3s`, `1:02`, `1:02:03`.
const moment = (name) => {
  const text = asked.get(name) ?? "";
  const [, hours, minutes, seconds] =
    /^(?:(\d+):)?(\d+):(\d\d)$/.exec(text) ?? /^(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$/.exec(text) ?? [];
  const total = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return total || undefined;
};

const options = {
  video: decodeURIComponent(location.pathname.split("/").filter(Boolean).pop()),
  start: moment("start"),
  stop: moment("stop"),
  autoplay: is("autoplay"),
  loop: is("loop"),
  controls: asked.get("controls") !== "0",
  // The frame holds nothing else.
  pageKeys: true,
};
if (asked.has("muted")) options.muted = is("muted");

const title = document.getElementById("title");
const said = (selector, field) => document.querySelector(selector)?.getAttribute(field);
const [name, page, why] = [
  said("meta[property='og:title']", "content"),
  said("link[rel=canonical]", "href"),
  said("meta[name=shoal-ask]", "content"),
];
const named = name && page && asked.get("title") !== "0";
if (named) {
  const link = title.firstElementChild;
  link.textContent = name;
  // An instance may be reached by another name than its own.
  link.href = new URL(page).pathname;
  title.hidden = false;
}

const start = () => {
  const player = mount(document.getElementById("player"), options);
  if (!named) return;
  player.on("playing", () => title.setAttribute("data-away", ""));
  for (const event of ["pause", "ended", "error"]) player.on(event, () => title.removeAttribute("data-away"));
};

// What is not for all eyes is asked about first, as the instance wants it for strangers; nothing of it is fetched before.
if (why === undefined) {
  start();
} else {
  const french = navigator.language.startsWith("fr");
  const ask = document.getElementById("ask");
  const [what, reason, button] = ask.children;
  what.textContent = french ? "Cette vidéo n’est pas pour tout le monde" : "This video is not for everybody";
  reason.textContent = why;
  button.textContent = french ? "Regarder quand même" : "Watch it all the same";
  button.addEventListener("click", () => {
    ask.hidden = true;
    options.autoplay = true;
    start();
  });
  ask.hidden = false;
}
