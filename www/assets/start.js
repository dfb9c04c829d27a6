// Runs before anything is painted: applies the remembered theme, then starts the app.
//
// The names of script and wasm stand in the page's own links, so that this file never changes with them.
(function () {
  "use strict";
  try {
    var theme = localStorage.getItem("shoal.theme");
    if (theme === "light" || theme === "dark" || theme === "auto") document.documentElement.dataset.theme = theme;
  } catch (_) {
    // A browser that forbids storage shows the system's theme.
  }

  // WebAssembly has no import() of its own: the watch page loads the player by this one.
  window.shoalImport = function (address) {
    return import(address);
  };

  // Whoever comes to watch needs the player and the video's description as soon as the pages' own code; all of them
  // travel side by side.
  var watched = /^\/(?:w|videos\/watch)\/(?!p\/|playlist\/)([\w-]+)/.exec(location.pathname);
  if (watched) {
    window.shoalImport("/player/door.js").then(
      function (player) {
        return player.default();
      },
      function () {
        // The watch page asks again, and says so where it fails.
      },
    );
    var isStranger = false;
    try {
      isStranger = !localStorage.getItem("shoal.session");
    } catch (_) {
      isStranger = true;
    }
    // Who is signed in asks with a token, which a preload cannot carry.
    if (isStranger) {
      var preload = document.createElement("link");
      preload.rel = "preload";
      preload.as = "fetch";
      preload.crossOrigin = "anonymous";
      preload.href = "/api/v1/videos/" + watched[1];
      document.head.append(preload);
    }
  }

  var address = function (selector) {
    return document.querySelector(selector).href;
  };
  var parsed = new Promise(function (resolve) {
    if (document.readyState !== "loading") resolve();
    else document.addEventListener("DOMContentLoaded", resolve, { once: true });
  });
  var started = import(address("link[rel=modulepreload]")).then(function (app) {
    return parsed.then(function () {
      return app.default({ module_or_path: address("link[rel=preload][as=fetch]") });
    });
  });

  // All pages but the lists of videos are in a second part of the code. It joins the first, whose exports it imports.
  var later = null;
  window.shoalLater = function () {
    if (!later) {
      var code = parsed.then(function () {
        return fetch(document.querySelector("meta[name=shoal-later]").content);
      });
      later = Promise.all([started, code]).then(function (both) {
        if (!both[1].ok) throw new Error(both[1].status);
        return WebAssembly.instantiateStreaming(both[1], { m: both[0] });
      });
      later.catch(function () {
        later = null;
      });
    }
    return later;
  };
  // Whoever begins with one of them needs both at once.
  if (!/^\/(?:(?:videos\/(?:browse|trending|local|recently-added|overview)|videos)?\/?)$/.test(location.pathname)) {
    window.shoalLater().catch(function () {
      // The page asks again, and says so where it fails.
    });
  }

  started
    .catch(function (reason) {
      console.error(reason);
      parsed.then(function () {
        var french = (navigator.language || "").toLowerCase().indexOf("fr") === 0;
        var place = document.getElementById("app");
        var sentence = document.createElement("p");
        sentence.className = "noscript";
        sentence.setAttribute("role", "alert");
        sentence.textContent = french
          ? "Cette page n’a pas pu démarrer. Rechargez-la, ou essayez un navigateur plus récent."
          : "This page could not start. Load it again, or try a newer browser.";
        place.replaceChildren(sentence);
      });
    });
})();
