/** Shows the stones, and sends your moves. The message layout is at the top of assembly/index.ts. */
import { connect, Reader, Writer } from "@rockpool/client";

const STATE = 1;
const NOBODY = 0xffffffff;

const stones = document.querySelector("#stones")!;
const status = document.querySelector("#status")!;

const name = new URLSearchParams(location.search).get("room") ?? "lobby";
const room = connect({ url: location.origin, function: "{{name}}", room: name });
let me = -1;

room.on("welcome", (welcome) => {
  me = welcome.player;
});
room.on("message", (bytes) => {
  const message = new Reader(bytes);
  if (message.u8() !== STATE) {
    status.textContent = message.text();
    return;
  }
  const left = message.u8();
  const turn = message.u32();
  stones.textContent = "●".repeat(left);
  if (turn === NOBODY) status.textContent = "open this page in another tab to play against yourself";
  else if (left === 0) status.textContent = turn === me ? "you win" : "you lose";
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
  if (take !== undefined) room.send(new Writer().u8(Number(take)).view());
});
