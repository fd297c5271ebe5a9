/**
 * The landing page: what is deployed, who plays, and the way to the pages. It asks again every few seconds
 * while it is seen. Names come from strangers, so everything is shown as text, never as markup.
 */

const REFRESH_MS = 3000;
/** Rooms shown of one function. */
const MAX_ROOMS = 12;

const status = document.getElementById("status");
const list = document.getElementById("functions");
const hero = document.getElementById("hero");
const latency = document.getElementById("latency");

/** An element with a class, text or children. */
function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function link(href, text) {
  const made = element("a", "", text);
  made.href = href;
  return made;
}

async function getJson(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

function count(number, word) {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

function roomItem(fn, room) {
  const text = `${room.room} · ${room.players}/${room.maxPlayers}`;
  const item = element("li", "");
  const open = fn.page && !room.locked && room.players < room.maxPlayers;
  item.append(open ? link(`/play/${fn.name}/?room=${encodeURIComponent(room.room)}`, text) : text);
  return item;
}

function functionItem(fn, rooms) {
  const counts = fn.kind === "room" ? `${count(fn.players, "player")} in ${count(fn.rooms, "room")}` : "";
  const item = element(
    "li",
    "",
    element(
      "div",
      "row",
      fn.page ? link(`/play/${fn.name}/`, fn.name) : element("strong", "", fn.name),
      element("span", "kind", fn.kind),
      element("code", "", fn.version.slice(0, 14)),
      element("span", "counts", counts),
    ),
  );
  item.dataset.function = fn.name;
  if (rooms.length > 0) {
    const shown = rooms.slice(0, MAX_ROOMS).map((room) => roomItem(fn, room));
    if (rooms.length > MAX_ROOMS) shown.push(element("li", "dim", `and ${rooms.length - MAX_ROOMS} more`));
    item.append(element("ul", "rooms", ...shown));
  }
  return item;
}

let shown = "";

function show(functions, rooms) {
  const key = JSON.stringify([functions, rooms.map((list) => list.map(({ ageMs, ...room }) => room))]);
  // What has not changed stays, with its keyboard focus.
  if (key === shown) return;
  shown = key;
  list.replaceChildren(...functions.map((fn, i) => functionItem(fn, rooms[i])));
}

async function refresh() {
  const functions = await getJson("/v1/functions");
  functions.sort((a, b) => Number(b.page) - Number(a.page) || a.name.localeCompare(b.name));
  const rooms = await Promise.all(
    functions.map((fn) => (fn.rooms > 0 ? getJson(`/v1/rooms/${fn.name}`) : [])),
  );
  show(functions, rooms);
  hero.hidden = !functions.some((fn) => fn.name === "arena" && fn.page);
  status.hidden = functions.length > 0;
  status.textContent = "Nothing is deployed yet. Try: rockpool deploy functions/arena";
}

async function measureLatency() {
  const start = performance.now();
  await fetch("/v1/ping", { cache: "no-store" });
  latency.textContent = (performance.now() - start).toFixed(1);
}

async function update() {
  if (!document.hidden) {
    try {
      await measureLatency();
      await refresh();
      status.classList.remove("error");
    } catch (error) {
      latency.textContent = "–";
      status.hidden = false;
      status.classList.add("error");
      status.textContent = `The node does not answer (${error.message}). Trying again…`;
    }
  }
  setTimeout(update, REFRESH_MS);
}

update();
