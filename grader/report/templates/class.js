"use strict";
(() => {
  const table = document.getElementById("students-table");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const status = document.getElementById("students-status");

  const sortBy = (heading, column) => {
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = row => {
      const cell = row.cells[column];
      return cell.dataset.order === undefined ? cell.textContent : Number(cell.dataset.order);
    };
    const keyed = rows.map((row, at) => [key(row), at, row]);
    keyed.sort(([a, i], [b, j]) => (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1) || i - j);
    body.append(...keyed.map(([, , row]) => row));
  };
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sortBy(heading, column));
  });

  const filter = document.getElementById("students-filter");
  const text = filter.querySelector("input");
  const cause = filter.querySelector("select");
  filter.hidden = false;
  const apply = () => {
    const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const words = row.dataset.words;
      const fits = wanted.every(word => words.includes(word)) &&
        (!cause.value || words.split(" ").includes(cause.value.toLowerCase()));
      row.hidden = !fits;
      shown += fits;
    }
    status.textContent = status.dataset.shown.replace("{shown}", shown).replace("{total}", rows.length);
  };
  text.addEventListener("input", apply);
  cause.addEventListener("change", apply);
})();
