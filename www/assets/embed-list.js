// A list of videos in a frame: /video-playlists/embed/{id}?playlistPosition=n
//
// Owns which video of the list is shown, the buttons that go on and back, and the list itself. One video follows another
// by itself. A video that strangers may not see, or that may not be shown on the site around us, is passed over.

/** As many as one answer of the API holds, and as many answers. */
const PAGE = 100;
const PAGES_MAX = 50;

const WORDS = {
  en: {
    previous: "Previous video",
    next: "Next video",
    list: "Videos",
    empty: "There is nothing to watch in this list.",
  },
  fr: {
    previous: "Vidéo précédente",
    next: "Vidéo suivante",
    list: "Vidéos",
    empty: "Il n’y a rien à regarder dans cette liste.",
  },
};

/** Stands for a site that does not say its name: it may show what every site may. */
const NAMELESS = "nameless.invalid";

/** The site around us. */
function around() {
  if (window.parent === window) return location.host;
  const [nearest] = window.location.ancestorOrigins ?? [];
  try {
    return new URL(nearest ?? document.referrer).host;
  } catch {
    return NAMELESS;
  }
}

async function everything(id) {
  const rows = [];
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await fetch(
      `/api/v1/video-playlists/${encodeURIComponent(id)}/videos?start=${page * PAGE}&count=${PAGE}`,
    );
    if (!answer.ok) throw new Error(`the instance answered ${answer.status}`);
    const { data, total } = await answer.json();
    rows.push(...data);
    if (data.length === 0 || total <= rows.length) break;
  }
  return rows;
}

/** Whether a video may be shown here. The server decides, for its owner: without its answer nothing is. */
async function isAllowed(uuid, host) {
  if (host === location.host) return true;
  const answer = await fetch(`/api/v1/videos/${uuid}/embed-privacy/allowed?domain=${encodeURIComponent(host)}`);
  return answer.ok && (await answer.json()).domainAllowed === true;
}

/** Goes through the list that the address names. */
export default async function goThrough(stage) {
  const words = stage.french ? WORDS.fr : WORDS.en;
  const host = around();
  const rows = (await everything(stage.video).catch(() => [])).filter(({ video }) => video);
  const bar = document.getElementById("list");
  const [previous, toggle, next] = bar.querySelectorAll("button");
  const menu = bar.querySelector("ol");
  // Which video comes is asked of the server; whoever asks for another meanwhile gets the last.
  let turn = 0;
  let at = -1;

  const draw = () => {
    previous.disabled = at <= 0;
    next.disabled = rows.length - 1 <= at;
    toggle.textContent = `${at + 1} / ${rows.length}`;
    toggle.setAttribute("aria-label", `${words.list} ${at + 1} / ${rows.length}`);
    for (const [place, item] of [...menu.children].entries()) {
      if (place === at) item.firstElementChild.setAttribute("aria-current", "true");
      else item.firstElementChild.removeAttribute("aria-current");
    }
  };

  /** Shows the video at a place, or the first after it (before it, with a step of -1) that may be shown. */
  const show = async (place, step, more) => {
    const mine = ++turn;
    for (let here = place; 0 <= here && here < rows.length; here += step) {
      const { video } = rows[here];
      const allowed = await isAllowed(video.uuid, host).catch(() => false);
      if (mine !== turn) return true;
      if (!allowed) continue;
      at = here;
      stage.video = video.uuid;
      stage.call(video.name, `/w/${video.shortUUID ?? video.uuid}`);
      draw();
      bar.hidden = false;
      if (video.nsfw) {
        stage.player?.pause();
        await stage.confirm(video.nsfwSummary ?? "");
        if (mine !== turn) return true;
      }
      const { startTimestamp: start, stopTimestamp: stop } = rows[here];
      const part = Object.entries({ start, stop }).filter(([, moment]) => moment);
      const player = await stage.begin({ ...Object.fromEntries(part), ...more });
      player.on("ended", () => {
        if (stage.player === player && at === here) show(here + 1, 1, { autoplay: true });
      });
      return true;
    }
    return false;
  };

  stage.list = {
    next: () => show(at + 1, 1, { autoplay: true }),
    previous: () => show(at - 1, -1, { autoplay: true }),
    /** From 1. */
    get position() {
      return at + 1;
    },
  };

  for (const [place, { video }] of rows.entries()) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${place + 1}. ${video.name}`;
    button.addEventListener("click", () => {
      menu.hidden = true;
      toggle.setAttribute("aria-expanded", "false");
      toggle.focus();
      show(place, 1, { autoplay: true });
    });
    item.append(button);
    menu.append(item);
  }
  previous.setAttribute("aria-label", words.previous);
  next.setAttribute("aria-label", words.next);
  menu.setAttribute("aria-label", words.list);
  previous.addEventListener("click", () => stage.list.previous());
  next.addEventListener("click", () => stage.list.next());
  const fold = (hidden) => {
    menu.hidden = hidden;
    toggle.setAttribute("aria-expanded", String(!hidden));
  };
  toggle.addEventListener("click", () => {
    fold(!menu.hidden);
    if (!menu.hidden) menu.children[at]?.firstElementChild.focus();
  });
  bar.addEventListener("keydown", (event) => {
    // The player hears no key that is meant for the list.
    event.stopPropagation();
    if (event.key === "Escape" && !menu.hidden) {
      fold(true);
      toggle.focus();
    }
  });

  const first = Math.min(stage.wishes.playlistPosition ?? 1, Math.max(1, rows.length)) - 1;
  if (await show(first, 1, {})) return;
  const sentence = document.createElement("p");
  sentence.className = "empty";
  sentence.setAttribute("role", "alert");
  sentence.textContent = words.empty;
  document.querySelector("main").append(sentence);
}
