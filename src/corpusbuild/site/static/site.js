// What pages do beyond links: cards of marked words, and the search. Nothing is fetched, and no markup is made of data.
"use strict";

// ---- an article: choose rows by their marks, and marks by their rows ----

const cards = document.querySelector(".cards");
const text = document.querySelector(".text");
if (cards && text) read();

function read() {
  const byNumber = new Map([...cards.querySelectorAll(".card[data-n]")].map((card) => [card.dataset.n, card]));
  const pieces = [...text.querySelectorAll("[data-r], [data-h]")].map((element) => ({
    element, rows: numbers(element.dataset.r), homes: numbers(element.dataset.h),
  }));
  const bar = cards.querySelector(".bar");
  let from = null;

  function show(rows) {
    const chosen = new Set(rows);
    for (const { element, rows: own, homes } of pieces) {
      element.classList.toggle("on", own.some((row) => chosen.has(row)));
      element.classList.toggle("near", homes.some((row) => chosen.has(row)));
    }
    for (const [number, card] of byNumber) card.classList.toggle("chosen", chosen.has(number));
    for (const card of cards.querySelectorAll(".card:not([data-n])")) card.classList.remove("chosen");
    cards.classList.toggle("some", chosen.size > 0);
    bar.hidden = chosen.size === 0;
    bar.querySelector(".chosen-count").textContent = chosen.size ? `${chosen.size} of ${byNumber.size}` : "";
  }

  function glow(rows, on) {
    for (const { element, rows: own } of pieces) {
      if (own.some((row) => rows.includes(row))) element.classList.toggle("hot", on);
    }
  }

  // Where the cards lie over the text, words that were chosen must not lie below them.
  function reveal(words) {
    const over = getComputedStyle(cards).position === "fixed" ? cards.getBoundingClientRect().top : innerHeight;
    const { top, bottom } = words.getBoundingClientRect();
    if (top < 0 || bottom > over) scrollBy({ top: (top + bottom - over) / 2 });
  }

  // What the address names: a card, or (":text") its words.
  function follow() {
    const id = decoded(location.hash.slice(1));
    const card = document.getElementById(id.replace(/:text$/, ""));
    if (!card || !card.classList.contains("card")) return show([]);
    if (card.dataset.n === undefined) {
      show([]);
      return card.scrollIntoView({ block: "nearest" });
    }
    show([card.dataset.n]);
    const words = document.getElementById(`${card.id}:text`);
    if (words) reveal(words.closest(".m"));
    cards.scrollTop = 0;
  }

  text.addEventListener("click", (event) => {
    const piece = event.target.closest(".m");
    if (!piece || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const rows = numbers(piece.dataset.r);
    history.pushState(null, "", `#${byNumber.get(rows[0])?.id ?? ""}`);
    show(rows);
    from = piece;
    cards.scrollTop = 0;
    byNumber.get(rows[0])?.focus({ preventScroll: true });
    reveal(piece);
  });
  for (const name of ["pointerover", "pointerout", "focusin", "focusout"]) {
    text.addEventListener(name, (event) => {
      const piece = event.target.closest("[data-r]");
      if (piece) glow(numbers(piece.dataset.r), name === "pointerover" || name === "focusin");
    });
  }
  cards.addEventListener("click", (event) => {
    if (event.target.closest(".all")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && cards.classList.contains("some")) close();
  });
  function close() {
    history.pushState(null, "", location.pathname + location.search);
    show([]);
    from?.focus();
  }
  addEventListener("hashchange", follow);
  addEventListener("popstate", follow);
  if (location.hash) follow();
}

function numbers(words) {
  return words ? words.split(" ") : [];
}

function decoded(word) {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}

// ---- the search ----

const data = document.getElementById("data");
if (data) search(JSON.parse(data.textContent));

function search({ articles, splits, tables }) {
  const AT_ONCE = 100;
  const form = document.getElementById("search");
  const found = document.getElementById("found");
  const results = document.getElementById("results");
  if (!tables.length) {
    found.textContent = "There is nothing to look in.";
    return;
  }
  for (const table of tables) {
    for (const row of table.rows) row.hay = plain(`${row[2]} ${row[3]} ${row[4]}`);
  }

  let table = tables[0];
  let hits = [];
  let shown = 0;

  // The state is what the address says: #table=…&q=…&split=…&by.<facet>=…
  function state() {
    return new URLSearchParams(location.hash.slice(1));
  }

  function draw() {
    const asked = state();
    table = tables.find((each) => each.name === asked.get("table")) ?? tables[0];
    form.replaceChildren(
      field("words", Object.assign(document.createElement("input"), { type: "search", name: "q", value: asked.get("q") ?? "" }), true),
      ...(tables.length > 1 ? [choice("table", "table", tables.map((each) => [each.name, each.title]), table.name)] : []),
      ...(splits.length > 1 ? [choice("split", "split", [["", "all"], ...splits.map((each) => [each, each])], asked.get("split") ?? "")] : []),
      ...table.facets.map((facet) => {
        const name = `by.${facet.name}`;
        return choice(facet.name, name, [["", "all"], ...facet.values.map((each) => [`=${each}`, each])], asked.has(name) ? `=${asked.get(name)}` : "");
      }),
    );
    form.hidden = false;
    look();
  }

  function look() {
    const asked = state();
    const words = plain(asked.get("q") ?? "").split(/\s+/).filter(Boolean);
    const split = asked.get("split") ? splits.indexOf(asked.get("split")) : null;
    const wanted = table.facets
      .map((facet, number) => [number, facet.values.indexOf(asked.get(`by.${facet.name}`)), asked.has(`by.${facet.name}`)])
      .filter(([, , is]) => is);
    hits = table.rows.filter((row) =>
      (split === null || articles[row[0]][2] === split) &&
      wanted.every(([number, value]) => row[5][number].includes(value)) &&
      words.every((word) => row.hay.includes(word)));
    results.replaceChildren();
    shown = 0;
    more();
  }

  function more() {
    results.querySelector(".more")?.remove();
    const words = plain(state().get("q") ?? "").split(/\s+/).filter(Boolean);
    results.append(...hits.slice(shown, shown + AT_ONCE).map((row) => line(row, words)));
    shown = Math.min(shown + AT_ONCE, hits.length);
    const of = table.rows.length.toLocaleString("en");
    found.textContent = `${hits.length.toLocaleString("en")} of ${of} ${table.title}` + (shown < hits.length ? `, the first ${shown} shown` : "");
    if (shown < hits.length) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: `Show ${Math.min(AT_ONCE, hits.length - shown)} more` });
      button.addEventListener("click", more);
      const item = Object.assign(document.createElement("li"), { className: "more" });
      item.append(button);
      results.append(item);
    }
  }

  function line([article, href, key, said, , facets], words) {
    const item = Object.assign(document.createElement("li"), { className: "row" });
    const first = Object.assign(document.createElement("p"), { className: "line" });
    const link = Object.assign(document.createElement("a"), { className: "said" });
    if (href !== null) link.setAttribute("href", href);
    link.append(isolated(said, words));
    first.append(link);
    const meta = Object.assign(document.createElement("p"), { className: "meta" });
    if (key) meta.append(span("key", key), " ");
    meta.append(span("quiet", "in "), isolated(articles[article][0], []));
    facets.forEach((values, number) => {
      const { name, values: titles, named } = table.facets[number];
      values.forEach((value, i) => {
        meta.append(span("quiet", i ? ", " : named ? ` · ${name} ` : " · "), Object.assign(isolated(titles[value], []), { title: name }));
      });
    });
    item.append(first, meta);
    return item;
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    const asked = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (event.target.name === "table" && name.startsWith("by.")) continue;
      if (value !== "") asked.set(name, name.startsWith("by.") ? value.slice(1) : value);
    }
    history.replaceState(null, "", `#${asked}`);
    if (event.target.name === "table") draw();
    else look();
  });
  addEventListener("hashchange", draw);
  draw();

  function choice(title, name, options, value) {
    const select = Object.assign(document.createElement("select"), { name });
    select.append(...options.map(([each, label]) => new Option(label || "(empty)", each, false, each === value)));
    return field(title, select);
  }

  function field(title, control, wide) {
    const label = document.createElement("label");
    if (wide) label.className = "wide";
    const name = document.createElement("span");
    name.textContent = title;
    label.append(name, control);
    return label;
  }

  function span(name, words) {
    return Object.assign(document.createElement("span"), { className: name, textContent: words });
  }

  // The words that were looked for are marked where lower case has as many characters as what is shown.
  function isolated(words, wanted) {
    const element = document.createElement("bdi");
    const hay = plain(words);
    const at = hay.length === words.length ? wanted.map((word) => [hay.indexOf(word), word.length]).filter(([start]) => start >= 0).sort((a, b) => a[0] - b[0]) : [];
    let end = 0;
    for (const [start, length] of at) {
      if (start < end) continue;
      element.append(words.slice(end, start), Object.assign(document.createElement("mark"), { textContent: words.slice(start, start + length) }));
      end = start + length;
    }
    element.append(words.slice(end));
    return element;
  }
}

function plain(words) {
  return words.normalize("NFC").toLowerCase();
}
