/** Sends a text to the echo room and shows each answer with its round trip. */
import { connect } from "@rockpool/client";

const state = document.querySelector("#state")!;
const answers = document.querySelector("#answers")!;
const text = document.querySelector<HTMLInputElement>("#text")!;

const name = new URLSearchParams(location.search).get("room") ?? "lobby";
const room = connect({ url: location.origin, function: "echo", room: name });
/** When each message was sent; answers come in the same order. */
let sent: number[] = [];

room.on("welcome", (welcome) => {
  // Answers to a seat that is resumed still come.
  if (!welcome.resumed) sent = [];
  state.textContent = `You are player ${welcome.player} in room ${welcome.room} on ${welcome.node}.`;
});
room.on("message", (bytes) => {
  const line = document.createElement("li");
  const elapsed = performance.now() - (sent.shift() ?? performance.now());
  line.textContent = `${new TextDecoder().decode(bytes)} (${elapsed.toFixed(2)} ms)`;
  answers.prepend(line);
});
room.on("reconnecting", () => {
  state.textContent = "connection lost, trying again …";
});
room.on("close", ({ code, reason }) => {
  state.textContent = `closed: ${reason} (${code})`;
});

document.querySelector("#form")!.addEventListener("submit", (event) => {
  event.preventDefault();
  sent.push(performance.now());
  room.send(new TextEncoder().encode(text.value));
});
