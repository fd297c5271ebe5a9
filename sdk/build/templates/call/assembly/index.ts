// A call function: a request in, a response out, nothing kept in between. This one rolls dice: "3d6" gives
// {"rolls":[4,1,6],"total":11}.
import { Reader, refuse, Writer } from "@rockpool/assembly";

const MAX_DICE: i32 = 100;
const MAX_SIDES: i32 = 1000;

export function handle(request: Reader, response: Writer): void {
  const words = request.text().trim().split("d");
  if (words.length != 2) return refuse("write how many dice of how many sides: 3d6");
  const dice = I32.parseInt(words[0]);
  const sides = I32.parseInt(words[1]);
  if (dice < 1 || dice > MAX_DICE) return refuse("roll 1 to " + MAX_DICE.toString() + " dice");
  if (sides < 2 || sides > MAX_SIDES) return refuse("a die has 2 to " + MAX_SIDES.toString() + " sides");

  let total = 0;
  response.text('{"rolls":[');
  for (let i = 0; i < dice; i++) {
    const roll = 1 + <i32>Math.floor(Math.random() * sides);
    total += roll;
    if (i > 0) response.text(",");
    response.text(roll.toString());
  }
  response.text('],"total":' + total.toString() + "}");
}
