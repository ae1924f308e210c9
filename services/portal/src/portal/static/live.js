// Keeps the list of cases up to date. Without this file the page works too: "Vernieuwen" loads it anew.
//
// Asks for the list every two seconds while the page is visible, slower when there is no answer. Rows that did
// not change stay the same elements. While somebody is in the list, news waits: nothing moves under a pointer
// or away from the focus. What changed is said at most once a minute; a button stops it all (WCAG 2.2.2).
"use strict";
(() => {
  const EVERY = 2000, SLOWEST = 30000, SAY_EVERY = 60000, POINTER_RESTS = 3000;
  const list = document.getElementById("lijst");
  const toggle = document.getElementById("live-knop");
  const standing = document.getElementById("live-stand");
  const news = document.getElementById("live-nieuws");
  const waiting = document.getElementById("live-wacht");
  const still = standing.textContent;
  let version = list.dataset.versie;
  let on = true, asking = false, pause = EVERY, timer = 0;
  let arrivedAt = new Date(), saidAt = -SAY_EVERY, pointedAt = -POINTER_RESTS, unsaid = new Set(), held = null;

  const time = (moment) => moment.toLocaleTimeString("nl-NL");
  const rowsOf = (root) => [...root.querySelectorAll("[data-zaak]")];
  const readOf = (root, what) => new Map(rowsOf(root).map((row) => [row.dataset.zaak, what(row)]));
  const inUse = () => list.contains(document.activeElement) || performance.now() - pointedAt < POINTER_RESTS;
  const cases = (count) => (count === 1 ? "1 zaak" : `${count} zaken`);

  function changedIn(fresh) {
    const content = (row) => row.innerHTML;
    const before = readOf(list, content);
    return [...readOf(fresh, content)].filter(([number, now]) => before.get(number) !== now).map(([number]) => number);
  }

  function show(fresh) {
    const changed = new Set(changedIn(fresh));
    const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const kept = new Map(rowsOf(list).map((row) => [row.dataset.zaak, row]));
    for (const row of rowsOf(fresh)) {
      const old = kept.get(row.dataset.zaak);
      if (changed.has(row.dataset.zaak)) {
        row.classList.add("changed");
      } else {
        old.classList.remove("changed");
        row.replaceWith(old);
      }
    }
    list.replaceChildren(...fresh.childNodes);
    if (focused !== null) {
      const again = [...list.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused);
      if (again) again.focus({ preventScroll: true });
    }
    held = null;
    waiting.hidden = true;
    for (const number of changed) unsaid.add(number);
    say();
  }

  function say() {
    if (!unsaid.size || performance.now() - saidAt < SAY_EVERY) return;
    const [one] = unsaid;
    news.textContent = unsaid.size === 1
      ? `Zaak ${one}: ${readOf(list, (row) => row.dataset.nieuws).get(one) ?? "veranderd"}`
      : `${cases(unsaid.size)} veranderd`;
    unsaid = new Set();
    saidAt = performance.now();
  }

  function offer(fresh) {
    if (!inUse()) return show(fresh);
    held = fresh;
    const count = changedIn(fresh).length;
    waiting.firstElementChild.textContent = `Er is nieuws over ${cases(count)}.`;
    waiting.hidden = count === 0;
  }

  async function ask() {
    if (asking || !on || document.visibilityState !== "visible") return;
    asking = true;
    try {
      const answer = await fetch(list.dataset.live, {
        headers: { "If-None-Match": `"${version}"` },
        cache: "no-store",
        signal: AbortSignal.timeout(8000),
      });
      if (answer.status !== 304) {
        if (answer.status >= 400 && answer.status < 500) return location.reload(); // the page says what is up
        if (!answer.ok) throw new Error(String(answer.status));
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        version = (answer.headers.get("ETag") ?? "").replaceAll('"', "");
        offer(page.body);
      }
      arrivedAt = new Date();
      pause = EVERY;
      standing.textContent = `${still} De lijst werkt zichzelf bij.`;
      standing.classList.remove("lost");
    } catch {
      pause = Math.min(pause * 2, SLOWEST);
      standing.textContent = `Geen verbinding. U ziet de lijst van ${time(arrivedAt)}; we proberen het opnieuw.`;
      standing.classList.add("lost");
    } finally {
      asking = false;
      plan();
    }
  }

  function plan() {
    clearTimeout(timer);
    if (on) timer = setTimeout(ask, pause);
  }

  list.addEventListener("pointermove", () => { pointedAt = performance.now(); });
  waiting.querySelector("button").addEventListener("click", () => {
    if (held) show(held);
    toggle.focus({ preventScroll: true });
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") ask();
  });
  toggle.addEventListener("click", () => {
    on = !on;
    toggle.textContent = on ? "Pauzeren" : "Hervatten";
    standing.textContent = on ? still : `${still} De lijst van ${time(arrivedAt)} blijft staan.`;
    if (on) ask(); else clearTimeout(timer);
  });
  setInterval(() => { if (held && on && !inUse()) show(held); say(); }, 500);
  toggle.hidden = false;
  plan();
})();
