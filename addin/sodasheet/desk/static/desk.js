// What a page does by itself: it says that it is open, follows a task, and searches as one types.
"use strict";

const body = document.body;

function send(path, fields) {
  const form = new FormData();
  form.set("csrf", body.dataset.csrf);
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return fetch(path, { method: "POST", body: form });
}

// The desk ends by itself once no page is open; a page that meets no answer says so.
function sayAlive() {
  send("/alive", { page: body.dataset.page }).then(
    (answer) => lostTouch(!answer.ok),
    () => lostTouch(true),
  );
  // A question waits only as long as a page shows it.
  const task = location.pathname.match(/^\/task\/[^/]+/);
  if (task) send(`${task[0]}/seen`, {}).catch(() => {});
}

function lostTouch(lost) {
  const told = document.getElementById("lost");
  if (!lost) {
    told?.remove();
  } else if (!told) {
    const notice = document.createElement("div");
    notice.id = "lost";
    notice.className = "notice warn";
    notice.setAttribute("role", "alert");
    const text = document.createElement("p");
    text.textContent =
      "This page lost the connection to SodaSheet. What you typed is still here, and a push in progress continues. Open the desk again to continue.";
    notice.append(text);
    document.querySelector("main").prepend(notice);
  }
}

if (body.dataset.page) {
  sayAlive();
  setInterval(sayAlive, 20000);
  document.addEventListener("visibilitychange", () => document.hidden || sayAlive());
  addEventListener("pagehide", () => {
    const form = new FormData();
    form.set("csrf", body.dataset.csrf);
    form.set("page", body.dataset.page);
    navigator.sendBeacon("/gone", form);
  });
  // A page that comes back from the browser's memory shows what was true then.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

// Progress arrives as server-sent events; every other change of a task is a new page.
function follow(place) {
  const stream = new EventSource(place.dataset.stream);
  const said = document.getElementById("said");
  let spoken = 0;
  stream.addEventListener("progress", (event) => {
    const now = JSON.parse(event.data);
    const bar = place.querySelector("progress");
    if (now.share === null) bar.removeAttribute("value");
    else bar.value = now.share;
    for (const part of ["stage", "count", "left", "note"]) {
      const shown = place.querySelector(`[data-part=${part}]`);
      if (shown && shown.textContent !== now[part]) shown.textContent = now[part];
    }
    for (const [index, words] of now.stages.entries()) {
      const line = document.querySelectorAll("#stages li")[index];
      if (!line) continue;
      line.querySelector("[data-part=time]").textContent = words.time;
      line.classList.toggle("muted", words.state === "later");
      line.classList.toggle("is-done", words.state === "done");
      line.querySelector("[data-part=state]").textContent = words.state === "done" ? " (done)" : "";
      if (words.state === "now") line.setAttribute("aria-current", "step");
      else line.removeAttribute("aria-current");
    }
    // Spoken at most every ten seconds.
    if (said && Date.now() - spoken > 10000) {
      spoken = Date.now();
      said.textContent = now.spoken;
    }
  });
  stream.addEventListener("changed", () => {
    stream.close();
    location.replace(location.pathname);
  });
  addEventListener("pagehide", () => stream.close());
}

// Whoever has gone into a part that changes stays where they are.
function fill(place, text) {
  if (place.innerHTML === text) return;
  const stops = () => [...place.querySelectorAll("a, button, select, summary, [tabindex]")];
  const at = stops().indexOf(document.activeElement);
  place.innerHTML = text;
  if (at >= 0) stops()[at]?.focus();
}

// A part that may take a while comes after its page, which has to be there at once.
async function load(place) {
  place.setAttribute("aria-busy", "true");
  let answer, text;
  try {
    answer = await fetch(place.dataset.load);
    text = await answer.text();
  } catch {
    lostTouch(true);
    return;
  }
  place.removeAttribute("aria-busy");
  if (answer.status !== 200) return;
  fill(place, text);
  // Other places of the page may depend on what has come.
  for (const part of place.querySelectorAll("template[data-part]")) {
    const target = document.getElementById(part.dataset.part);
    fill(target, part.innerHTML.trim());
    if (target.matches("h1")) document.title = `${target.textContent} – SodaSheet`;
    part.remove();
  }
  const said = document.getElementById(place.dataset.said);
  const heading = place.querySelector("h2");
  if (said && heading) said.textContent = `Found: ${heading.textContent}`;
}

// A list that follows what is typed. Its choice waits for the list: what was shown before the last
// letter must not be chosen in its place.
function searchAsTyped(form) {
  const target = document.getElementById(form.dataset.results);
  const choice = document.getElementById(form.dataset.decides);
  let wait, running, behind = false, picked = false;
  const look = async () => {
    running?.abort();
    running = new AbortController();
    const query = new URLSearchParams(new FormData(form));
    query.set("part", "1");
    try {
      const answer = await fetch(`${form.dataset.search}?${query}`, { signal: running.signal });
      if (!answer.ok) return;
      target.innerHTML = await answer.text();
      behind = false;
    } catch (error) {
      if (error.name !== "AbortError") lostTouch(true);
    }
  };
  form.addEventListener("input", (event) => {
    if (!event.target.matches("[data-typed]")) return;
    [behind, picked] = [true, false];
    clearTimeout(wait);
    wait = setTimeout(look, 250);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(wait);
    look();
  });
  // The list is outside of the form that searches.
  target.addEventListener("change", (event) => {
    if (!event.target.matches("[data-chosen]")) return;
    [behind, picked] = [true, true];
    look();
  });
  choice?.addEventListener("submit", async (event) => {
    if (event.submitter?.value === "no") return;
    const seen = new FormData(choice).get("dataset");
    if (!behind && seen) return;
    event.preventDefault();
    if (!behind) {
      // There is nothing to choose yet.
      form.querySelector("[type=search]").focus();
      return;
    }
    clearTimeout(wait);
    await look();
    const now = new FormData(choice).get("dataset");
    if (now && !behind && (picked || now === seen)) choice.requestSubmit(event.submitter);
  });
}

// The lists of a wide source are filled once they are about to be opened.
function fillList(list) {
  const chosen = list.value;
  for (const choice of document.getElementById("more").content.children)
    if (choice.value !== chosen) list.append(choice.cloneNode(true));
  list.removeAttribute("data-more");
}

// Under the fields of a column: how its samples are read with what is typed.
function showExamples(table) {
  const turns = new WeakMap();
  let wait;
  const look = async (row) => {
    const place = row.querySelector("[data-example]");
    if (!place) return;
    // The fields of the row alone: those of hundreds of columns would be too many for a request.
    const names = new Set([...row.querySelectorAll("[name]")].map((field) => field.name));
    names.add("csrf").add("missing");
    const form = new FormData();
    for (const [name, value] of new FormData(table.closest("form")))
      if (names.has(name)) form.append(name, value);
    form.set("place", row.dataset.place);
    const turn = (turns.get(row) || 0) + 1;
    turns.set(row, turn);
    const answer = await fetch(table.dataset.examples, { method: "POST", body: form });
    const text = await answer.text();
    // An answer that was overtaken by a newer one would show what is no longer typed.
    if (answer.ok && turns.get(row) === turn && place.innerHTML !== text) place.innerHTML = text;
  };
  table.addEventListener("input", (event) => {
    const row = event.target.closest("tr[data-place]");
    clearTimeout(wait);
    if (row) wait = setTimeout(look, 300, row);
  });
}

// What a person types of a name: formatting/names.py judges alike.
const plain = (name) =>
  name.normalize("NFKC").replace(/\s+/g, " ").replace(/\p{Cf}/gu, "").trim().toUpperCase().toLowerCase();

// The dangerous button answers once the name fits; Enter must not press it before.
function askName(field) {
  const form = field.form;
  const fits = () => plain(field.value) === plain(field.dataset.name);
  const button = form.querySelector("[data-needs-name]");
  const update = () => button.setAttribute("aria-disabled", String(!fits()));
  field.addEventListener("input", update);
  update();
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter !== button) return;
    if (fits()) return;
    event.preventDefault();
    document.getElementById(field.dataset.error).hidden = false;
    field.setAttribute("aria-invalid", "true");
    field.focus();
  });
}

document.querySelectorAll("[data-stream]").forEach(follow);
document.querySelectorAll("[data-load]").forEach(load);
document.querySelectorAll("[data-search]").forEach(searchAsTyped);
document.querySelectorAll("[data-examples]").forEach(showExamples);
document.querySelectorAll("[data-name]").forEach(askName);
for (const kind of ["pointerdown", "focusin"])
  addEventListener(kind, (event) => event.target.matches?.("select[data-more]") && fillList(event.target));

document.querySelectorAll("[data-shows]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.shows);
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
});

// Buttons that can't work yet stay reachable, and say why.
addEventListener("click", (event) => {
  const button = event.target.closest("button[aria-disabled=true]");
  if (button && !button.hasAttribute("data-needs-name")) event.preventDefault();
}, true);

document.querySelectorAll("[data-close]").forEach((button) =>
  button.addEventListener("click", (event) => {
    window.close();
    // A browser that keeps the window is led to a page that says what to do.
    if (window.closed) event.preventDefault();
  }),
);

document.querySelectorAll("form[data-at-once]").forEach((form) =>
  form.addEventListener("change", () => form.requestSubmit()),
);

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  document.querySelector("[data-escape]")?.click();
});

document.querySelector("[data-focus]")?.focus();
