// On a page that could not be made: try again every five seconds, and load it when it can be.
"use strict";
(() => {
  const EVERY = 5000;
  const told = document.getElementById("opnieuw");
  async function ask() {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(8000) });
        if (answer.status !== 503) return location.reload();
      } catch { /* still away */ }
    }
    setTimeout(ask, EVERY);
  }
  told.textContent = "We proberen het elke vijf seconden opnieuw. U hoeft niets te doen.";
  setTimeout(ask, EVERY);
})();
