"use strict";
(() => {
  const box = document.getElementById("live");
  const lost = document.getElementById("live-lost");
  const kept = "grader-live";
  const sections = [...document.querySelectorAll("details")];
  const atFirst = new Map(sections.map(one => [one, one.open]));

  // A section is known by its case and its heading: cases move when they are mended.
  const name = one => {
    const around = one.closest("details.case");
    const anchor = around && around.querySelector(".body");
    const heading = one === around ? "" : one.querySelector("summary").textContent.replace(/\d+/g, "");
    return `${anchor ? anchor.id : ""} ${heading}`;
  };
  // A first look has less to say, and its cases are shorter: who has not moved since is brought back to where they were.
  let brought = null;
  const inView = () => {
    if (brought && brought.y === scrollY) return brought.seen;
    if (scrollY < 40) return null;
    const seen = [...document.querySelectorAll("details.case")].find(
      one => one.getBoundingClientRect().bottom > 0);
    return seen ? [seen.querySelector(".body").id, seen.getBoundingClientRect().top] : null;
  };

  const leave = () => sessionStorage.setItem(kept, JSON.stringify({
    open: sections.filter(one => one.open && (one.checkVisibility?.() ?? true)).map(name),
    closed: sections.filter(one => !one.open && atFirst.get(one)).map(name),
    seen: inView(),
    y: scrollY,
  }));
  const arrive = () => {
    const before = JSON.parse(sessionStorage.getItem(kept));
    sessionStorage.removeItem(kept);
    if (!before) return;
    for (const one of sections) {
      if (before.open.includes(name(one))) {
        // It may have moved into a group that is folded.
        for (let up = one; up; up = up.parentElement.closest("details")) up.open = true;
      }
      if (before.closed.includes(name(one))) one.open = false;
    }
    const around = before.seen && document.getElementById(before.seen[0]);
    if (!around) return scrollTo(scrollX, before.y);
    const { top, height } = around.closest("details").getBoundingClientRect();
    // A case that passes now has less to say: its end stays in view.
    const wanted = Math.max(before.seen[1], 160 - height);
    scrollTo({ top: scrollY + top - wanted, behavior: "instant" });
    brought = { seen: before.seen, y: scrollY };
  };

  history.scrollRestoration = "manual";
  arrive();
  const events = new EventSource(`events?seen=${box.dataset.version}`);
  events.onopen = () => { lost.hidden = true; };
  events.onerror = () => { lost.hidden = false; };
  events.onmessage = () => { events.close(); leave(); location.reload(); };
})();
