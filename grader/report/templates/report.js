"use strict";
// A picture that is wider than its place is scrolled to what is flagged.
for (const opened of document.querySelectorAll("details.case")) {
  const flagged = opened.querySelector("svg .first");
  const place = flagged?.closest(".scroll");
  const scroll = () => {
    const over = flagged.getBoundingClientRect().right - place.getBoundingClientRect().right;
    if (opened.open && over > 0) place.scrollLeft += over + 8;
  };
  if (!place) continue;
  opened.addEventListener("toggle", scroll, { once: true });
  scroll();
}
// Walks through the backward pass: the step in hand is marked in the list and in the picture.
for (const region of document.querySelectorAll(".steps")) {
  const rows = [...region.querySelectorAll("tbody tr")];
  region.prepend(document.getElementById("controls").content.cloneNode(true));
  const [back, on] = region.querySelectorAll("button");
  const status = region.querySelector("[role=status]");
  const picture = region.closest(".case").querySelector("svg");
  let at = -1;
  const show = (step) => {
    at = Math.max(0, Math.min(rows.length - 1, step));
    rows.forEach((row, number) => row.classList.toggle("now", number === at));
    const marks = rows[at].dataset.marks.split(" ");
    for (const node of picture ? picture.querySelectorAll("[data-n]") : [])
      node.classList.toggle("now", marks.includes(node.dataset.n));
    status.textContent = status.dataset.said.replace("##", rows.length).replace("#", at + 1);
    rows[at].scrollIntoView({ block: "nearest" });
  };
  back.addEventListener("click", () => show(at - 1));
  on.addEventListener("click", () => show(at + 1));
  region.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(at + by);
  });
}
