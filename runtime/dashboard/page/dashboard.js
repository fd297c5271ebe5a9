/**
 * Asks the admin API each second and shows what it answers. Names, listings and errors come from strangers'
 * code: they only ever become text (`textContent`), never markup.
 */

const REFRESH_MS = 1000;
const SHOWN_ROOMS = 200;
/** Past this many rooms the list is not asked for: making it each second would cost the shards their time. */
const LISTED_ROOMS = 2000;
const TOKEN_KEY = "rockpool.token";

const element = (id) => document.getElementById(id);
/** Fuel by function at the last reading, to show it per second. */
let lastFuel = new Map();
let lastReadAt = 0;

async function ask(path) {
  const token = sessionStorage.getItem(TOKEN_KEY);
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(path, { headers });
  const body = await response.json();
  if (response.ok) return body;
  element("unlock").hidden = body.code !== "unauthorized";
  throw new Error(body.message);
}

async function refresh() {
  try {
    const [nodes, functions] = await Promise.all([ask("/admin/v1/nodes"), ask("/admin/v1/functions")]);
    const alive = nodes.nodes[0].shards.reduce((sum, shard) => sum + (shard.stats?.rooms ?? 0), 0);
    const rooms = alive > LISTED_ROOMS ? [] : (await ask("/admin/v1/rooms")).rooms;
    element("unlock").hidden = true;
    show(nodes.nodes[0], functions.functions);
    showRooms(rooms, alive);
  } catch (error) {
    element("state").textContent = "away";
    element("state").className = "badge bad";
    notice(error.message);
  }
  setTimeout(refresh, REFRESH_MS);
}

function show(node, functions) {
  element("node").textContent = node.node;
  element("state").textContent = node.ready ? "ready" : "not ready";
  element("state").className = `badge ${node.ready ? "good" : "warn"}`;
  element("uptime").textContent = `up ${duration(node.uptimeMs)}`;
  notice(node.reasons.join(" · "));
  const readings = node.shards.flatMap((shard) => (shard.stats === null ? [] : [shard.stats]));
  showTotals(readings);
  fill("functions", functionRows(functions, readings));
  fill("shards", node.shards.map(shardRow));
}

function showRooms(rooms, alive) {
  const part =
    alive > LISTED_ROOMS ? `${alive}, too many to list here` : `the first ${SHOWN_ROOMS} of ${alive}`;
  element("roomCount").textContent = alive > SHOWN_ROOMS ? part : String(rooms.length);
  fill("rooms", rooms.slice(0, SHOWN_ROOMS).map(roomRow));
}

function notice(text) {
  element("notice").textContent = text;
  element("notice").hidden = text === "";
}

function showTotals(readings) {
  const sum = (read) => readings.reduce((total, reading) => total + read(reading), 0);
  const totals = [
    ["rooms", count(sum((reading) => reading.rooms))],
    ["players", count(sum((reading) => reading.players))],
    ["connections", count(sum((reading) => reading.connections))],
    ["memory", megabytes(sum((reading) => reading.rssBytes))],
    ["tick late p99", latency(readings, "tick_late", 0.99)],
    ["claim p99", latency(readings, "claim", 0.99)],
  ];
  element("totals").replaceChildren(
    ...totals.map(([label, value]) =>
      make("div", "total", [make("strong", "", value), make("span", "", label)]),
    ),
  );
}

function functionRows(functions, readings) {
  const now = performance.now();
  const seconds = (now - lastReadAt) / 1000;
  const fuels = new Map();
  const rows = functions.map((entry) => {
    const parts = readings.flatMap((reading) =>
      reading.functions.filter((one) => one.function === entry.function),
    );
    const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
    const fuel = sum("fuel");
    fuels.set(entry.function, fuel);
    const burnt = lastFuel.has(entry.function)
      ? Math.max(0, fuel - lastFuel.get(entry.function)) / seconds
      : 0;
    const worst = ["failed", "loading", "known", "warm"].find((state) =>
      parts.some((part) => part.state === state),
    );
    const { kind, durability } = entry.info.manifest;
    return [
      [entry.function],
      [make("code", "", shortVersion(entry.version))],
      [
        worst === "known" ? "on demand" : (worst ?? "away"),
        { warm: "good", known: "", failed: "bad" }[worst] ?? "warn",
        parts.find((part) => part.error)?.error,
      ],
      [kind === "call" ? "–" : durability],
      [count(sum("rooms")), "number"],
      [count(sum("sleeping")), "number"],
      [count(sum("players")), "number"],
      // A call function has no pool, nor has one that is loaded at its first join: an empty bar would look broken.
      [sum("poolTarget") === 0 ? "–" : pool(sum("poolSize"), sum("poolTarget"))],
      [count(sum("claims")), "number"],
      [count(sum("misses")), "number"],
      [count(Math.round(burnt)), "number"],
      [new Date(entry.deployedAt).toLocaleString()],
    ];
  });
  lastFuel = fuels;
  lastReadAt = now;
  return rows;
}

function pool(size, target) {
  const meter = document.createElement("meter");
  meter.max = Math.max(target, 1);
  meter.value = size;
  return make("span", "", [meter, `${size} / ${target}`]);
}

function shardRow({ shard, state, pid, restarts, stats }) {
  const figures =
    stats === null
      ? Array(7).fill("–")
      : [
          megabytes(stats.rssBytes),
          count(stats.connections),
          count(stats.rooms),
          latency([stats], "tick_late", 0.5),
          latency([stats], "tick_late", 0.99),
          latency([stats], "claim", 0.5),
          latency([stats], "claim", 0.99),
        ];
  return [
    [String(shard), "number"],
    [state, state === "ready" ? "good" : "warn"],
    [pid === null ? "–" : String(pid), "number"],
    [String(restarts), "number"],
    ...figures.map((figure) => [figure, "number"]),
  ];
}

function roomRow(room) {
  return [
    [room.function],
    [room.locked ? `${room.room} (locked)` : room.room],
    [String(room.shard), "number"],
    [`${room.players} / ${room.maxPlayers}`, "number"],
    [room.tickRate === 0 ? "–" : `${room.tickRate} Hz`, "number"],
    [count(room.ticksDropped), "number"],
    [count(room.fuel), "number"],
    [room.listing.map(([key, value]) => `${key}=${value}`).join(", ")],
    [duration(room.ageMs), "number"],
  ];
}

/** Rows of cells; a cell is its content, its class and its title. */
function fill(table, rows) {
  const body = element(table).tBodies[0];
  body.replaceChildren(
    ...rows.map((row) => {
      const cells = row.map(([content, style = "", title = ""]) => {
        const cell = make("td", style, content);
        if (title) cell.title = title;
        return cell;
      });
      return make("tr", "", cells);
    }),
  );
}

function make(tag, style, content) {
  const made = document.createElement(tag);
  if (style) made.className = style;
  // `append` makes text nodes of strings.
  made.append(...(Array.isArray(content) ? content : [content]));
  return made;
}

/**
 * A quantile over the merged histograms of several shards: 32 buckets in every power of two from 2^-4 µs
 * up, as runtime/telemetry/histogram.ts lays them out.
 */
function latency(readings, name, quantile) {
  const states = readings.map((reading) => reading.histograms[name]).filter((state) => state !== undefined);
  const total = states.reduce((sum, state) => sum + state.count, 0);
  if (total === 0) return "–";
  const rank = Math.max(1, Math.ceil(quantile * total));
  const longest = Math.max(...states.map((state) => state.counts.length));
  let seen = 0;
  for (let bucket = 0; bucket < longest; bucket++) {
    for (const state of states) seen += state.counts[bucket] ?? 0;
    if (seen >= rank)
      return microseconds(2 ** (Math.floor(bucket / 32) - 4) * (1 + ((bucket % 32) + 0.5) / 32));
  }
  return "–";
}

function microseconds(value) {
  if (value < 1000) return `${value.toPrecision(3)} µs`;
  if (value < 1e6) return `${(value / 1000).toPrecision(3)} ms`;
  return `${(value / 1e6).toPrecision(3)} s`;
}

function megabytes(bytes) {
  return `${(bytes / 1048576).toFixed(0)} MiB`;
}

function count(value) {
  return value.toLocaleString("en");
}

function shortVersion(version) {
  return version.slice("sha256:".length, "sha256:".length + 12);
}

function duration(ms) {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
}

element("unlock").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(TOKEN_KEY, element("token").value.trim());
  element("token").value = "";
});
refresh();
