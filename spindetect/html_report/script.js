"use strict";
(() => {
  const byId = (id) => document.getElementById(id);

  // Tips: kept inside the window, and put away with the Escape key until the next one is wanted.
  const placed = (event) => {
    document.body.classList.remove("quelled");
    const mark = event.target.closest ? event.target.closest("mark.odd") : null;
    if (!mark) return;
    const tip = mark.querySelector(".tip");
    tip.classList.remove("flip", "above");
    const box = tip.getBoundingClientRect();
    if (box.right > document.documentElement.clientWidth) tip.classList.add("flip");
    if (box.bottom > document.documentElement.clientHeight) tip.classList.add("above");
  };
  document.addEventListener("mouseover", placed);
  document.addEventListener("focusin", placed);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.body.classList.add("quelled");
  });

  // A link within the file moves the keyboard there, too.
  const follow = () => {
    const target = location.hash ? byId(decodeURIComponent(location.hash.slice(1))) : byId("overview");
    if (target) target.focus();
  };
  window.addEventListener("hashchange", follow);
  if (location.hash) follow();

  const table = byId("documents");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const sought = byId("sought"), wanted = byId("wanted"), least = byId("least"), found = byId("found");
  const texts = rows.map((row) => row.textContent.toLowerCase());

  const filter = () => {
    const words = sought.value.toLowerCase().trim();
    const bound = (Number(least.value) || 0) / 100;
    let count = 0;
    rows.forEach((row, i) => {
      const fits = texts[i].includes(words)
        && (!wanted.value || row.dataset.label === wanted.value)
        && (bound <= 0 || (row.dataset.probability !== "" && Number(row.dataset.probability) >= bound));
      row.hidden = !fits;
      count += fits;
    });
    found.textContent = `${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")} shown`;
  };
  for (const control of [sought, wanted, least]) control.addEventListener("input", filter);

  const place = new Map(rows.map((row, i) => [row, i]));
  const sort = (head, column) => {
    const descending = head.getAttribute("aria-sort")
      ? head.getAttribute("aria-sort") === "ascending" : head.dataset.kind === "number";
    const sign = descending ? -1 : 1;
    const keys = new Map(rows.map((row) => {
      const value = row.cells[column].dataset.value;
      return [row, head.dataset.kind === "number" ? Number(value) : value.toLowerCase()];
    }));
    const sorted = [...rows].sort((a, b) => {
      const x = keys.get(a), y = keys.get(b);
      return x < y ? -sign : x > y ? sign : place.get(a) - place.get(b);
    });
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    // One by one: a call with tens of thousands of arguments fails.
    const ordered = document.createDocumentFragment();
    for (const row of sorted) ordered.append(row);
    body.append(ordered);
  };
  Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => sort(head, column));
  });
  const form = document.querySelector(".filter");
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();
})();
