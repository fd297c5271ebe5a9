/** Shows the stones, and sends your moves. messages.rock says what is sent. */
import { connect } from "@rockpool/client";
import { decodeToPlayer, encodeFromPlayer } from "./messages.ts";

const stones = document.querySelector("#stones")!;
const status = document.querySelector("#status")!;

const name = new URLSearchParams(location.search).get("room") ?? "lobby";
const room = connect({ url: location.origin, function: "{{name}}", room: name });
let me = -1;

room.on("welcome", (welcome) => {
  me = welcome.player;
});
room.on("message", (bytes) => {
  const message = decodeToPlayer(bytes);
  if (message.kind === "notAllowed") status.textContent = message.reason;
  if (message.kind !== "state") return;
  const { turn } = message;
  stones.textContent = "●".repeat(message.stones);
  if (turn === null) status.textContent = "open this page in another tab to play against yourself";
  else if (message.stones === 0) status.textContent = turn === me ? "you win" : "you lose";
  else status.textContent = turn === me ? "your turn" : "their turn";
});
room.on("reconnecting", () => {
  status.textContent = "connection lost, trying again …";
});
room.on("close", ({ code, reason }) => {
  status.textContent = `closed: ${reason} (${code})`;
});

document.querySelector("#moves")!.addEventListener("click", (event) => {
  const take = (event.target as HTMLElement).dataset.take;
  if (take === undefined) return;
  room.send(encodeFromPlayer(take === "0" ? { kind: "newGame" } : { kind: "take", count: Number(take) }));
});
