/**
 * Writes a function folder of a wanted size: many different functions, every one of which the first message calls.
 * AssemblyScript, so that the modules come out of the same toolchain as games do.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SALT } from "./component.ts";

/** Functions in a group, so that no single function becomes a giant. */
const GROUP = 32;
const STATEMENTS = 14;
/** The same source in every run: a fixed seed for its constants. */
const SEED = 0x7a5e;

/** @param functions how many; each is about 300 bytes of WebAssembly */
export function generateFolder(folder: string, name: string, functions: number): void {
  mkdirSync(join(folder, "assembly"), { recursive: true });
  writeFileSync(join(folder, "rockpool.json"), JSON.stringify({ name }));
  writeFileSync(join(folder, "assembly", "index.ts"), source(functions));
}

function source(functions: number): string {
  const random = new Random(SEED);
  const groups = Math.ceil(functions / GROUP);
  return [
    'import { Reader, Room } from "@rockpool/assembly";',
    "let salt: f64 = 0;",
    "const sink = new StaticArray<i32>(256);",
    ...Array.from({ length: functions }, (_, n) => step(n, random)),
    ...Array.from({ length: groups }, (_, n) => group(n, functions, random)),
    "export default class Generated extends Room {",
    "  onMessage(player: u32, message: Reader): void {",
    `    salt += ${SALT};`,
    "    let x = <i32>salt;",
    ...Array.from({ length: groups }, (_, n) => callsTo("group", n, random)),
    "    sink[x & 255] = x;",
    "    this.send(player, message);",
    "  }",
    "}\n",
  ].join("\n");
}

function step(n: number, random: Random): string {
  const body = Array.from({ length: STATEMENTS }, () => statement(random));
  const start = `let x = a ^ ${random.next()}; let y: f64 = <f64>a;`;
  return `function step${n}(a: i32): i32 { ${start} ${body.join(" ")} return x + <i32>y; }`;
}

function group(n: number, functions: number, random: Random): string {
  const first = n * GROUP;
  const members = Array.from({ length: Math.min(GROUP, functions - first) }, (_, i) => first + i);
  // Stored in between: as one expression, calls in calls would nest deeper than the compiler can follow.
  const calls = members.map((member) => `${callsTo("step", member, random)} sink[${member & 255}] = x;`);
  return `function group${n}(x: i32): i32 { ${calls.join(" ")} return x; }`;
}

/** Two calls, of which the second hardly ever happens: the optimiser inlines functions that are called in one place. */
function callsTo(kind: "step" | "group", n: number, random: Random): string {
  const name = `${kind}${n}`;
  return `x = ${name}(x); if (x == ${random.next()}) x = ${name}(x);`;
}

/** Arithmetic, memory, a branch or a short loop. */
function statement(random: Random): string {
  const [a, b, c] = [random.next(), random.next(), random.next()];
  switch (a & 7) {
    case 0:
      return `x = rotl<i32>(x, ${b & 31}) + ${c};`;
    case 1:
      return `if (x & ${1 << (b & 15)}) x = x * ${c | 1}; else x ^= ${b};`;
    case 2:
      return `sink[x & ${b & 255}] = x + ${c};`;
    case 3:
      return `x += sink[(x >> ${b & 15}) & 255] ^ ${c};`;
    case 4:
      return `y = y * ${(b & 1023) / 1024} + ${c & 4095};`;
    case 5:
      return `for (let i = 0; i < 2; i++) x = (x << ${1 + (b & 7)}) ^ (x >>> ${1 + (c & 7)}) ^ i;`;
    case 6:
      return `y = Math.max(y, <f64>(x & ${b & 0xffff})) - ${c & 255};`;
    default:
      return `x = x > ${b} ? x - ${c} : x + <i32>y;`;
  }
}

/** xorshift32 (Marsaglia, 2003): positive 31-bit numbers. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 1;
  }
}
