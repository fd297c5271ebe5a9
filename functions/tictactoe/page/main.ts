/** Tic-tac-toe's page: plays at the table named by `?room=` (default: lobby) of the node that served it. */
import { connect } from "@rockpool/client";
import { decodeToPlayer, encodeFromPlayer, type FromPlayer } from "./messages.ts";
import { View } from "./view.ts";

// Whatever someone types after ?room= becomes a name that a node takes: 1 to 63 of a-z, 0-9 and -.
const asked = new URLSearchParams(location.search).get("room") ?? "";
const roomName =
  asked
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .slice(0, 63) || "lobby";

// What an earlier load of this tab left; taken out, so that a copy of the tab does not take the seat from it.
const SEAT_KEY = "tictactoe-seat";
const seat = JSON.parse(sessionStorage.getItem(SEAT_KEY) ?? "null");
sessionStorage.removeItem(SEAT_KEY);
const room = connect({ url: location.origin, function: "tictactoe", room: roomName, seat });
addEventListener("pagehide", () => sessionStorage.setItem(SEAT_KEY, JSON.stringify(room.seat)));

// A move made in an outage waits for the seat's return. Without a seat it would meet another board: it is not sent.
const send = (message: FromPlayer) => {
  if (room.state === "open" || room.seat !== null) room.send(encodeFromPlayer(message));
};
const view = new View(
  roomName,
  (cell) => send({ kind: "move", cell }),
  () => send({ kind: "rematch" }),
);

room.on("welcome", () => view.connection("open"));
room.on("message", (bytes) => {
  const message = decodeToPlayer(bytes);
  if (message.kind === "state") view.show(message);
  if (message.kind === "notAllowed") view.refuse(message.reason);
});
room.on("reconnecting", () => view.connection("reconnecting"));
room.on("close", ({ reason }) => view.connection("closed", `Disconnected: ${reason}. Reload to play again.`));
