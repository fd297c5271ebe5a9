/** For tests: random schemas, random values of them, and both generated sides at work. */
import type { Schema } from "@rockpool/messages";
import { folderWith } from "./testfolder.ts";
import { compileFolder, TestRoom } from "./testroom.ts";

/** xorshift32: the same seed gives the same run. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed || 1;
  }

  /** A whole number from 0 up to `limit`, which it does not reach. */
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

const SCALARS = [
  ...["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64"],
  ...["bool", "varint", "varint64", "zigzag", "zigzag64"],
];

/** The text of a schema with enums E0…, records R0… and unions U0…; every one may use every other. */
export function randomSchema(random: Random): string {
  const enums = ["E0", "E1"];
  const records = ["R0", "R1", "R2", "R3", "R4"];
  const unions = ["U0", "U1"];
  const bounds = (): string =>
    random.pick([
      `[..${1 + random.below(6)}]`,
      `[${1 + random.below(3)}]`,
      "[]",
      `[1..${2 + random.below(200)}]`,
    ]);
  const type = (level: number): string => {
    const roll = random.below(100);
    if (roll < 55) return random.pick(SCALARS);
    if (roll < 65) return random.pick(["string", "string(..5)", "string(2..200)"]);
    if (roll < 72) return random.pick(["bytes", "bytes(4)", "bytes(..3)"]);
    if (roll < 80) return random.pick(enums);
    // Only later ones without an end in sight would be refused, so required fields go one way.
    return random.pick([...records.slice(level + 1), ...enums]);
  };
  const fields = (level: number, most: number): string => {
    let text = "";
    const count = level < 0 ? random.below(most) : 1 + random.below(most);
    for (let i = 0; i < count; i++) {
      const recursive = random.chance(15);
      const optional = random.chance(25);
      const array = random.chance(25);
      if (recursive) {
        const any = random.pick([...records, ...unions]);
        text += `f${i}${optional ? "?" : ""}: ${any}${optional ? (array ? "[..4]" : "") : "[..4]"} `;
      } else text += `f${i}${optional ? "?" : ""}: ${type(level)}${array ? bounds() : ""} `;
    }
    return `{ ${text}}`;
  };
  const values = (): string => {
    let next = random.below(3);
    const list: string[] = [];
    for (let i = 0; i < 1 + random.below(5); i++) {
      list.push(`v${i} = ${next}`);
      next += random.chance(70) ? 1 : 1 + random.below(9);
    }
    return `{ ${list.join(" ")} }`;
  };
  const members = (): string => {
    let text = "m0 = 0 ";
    for (let i = 1; i < 4; i++)
      text += `${random.chance(25) ? "open " : ""}m${i} = ${i * 7} ${fields(-1, 6)} `;
    return `{ ${text}}`;
  };
  return [
    ...enums.map((name) => `enum ${name} ${values()}`),
    ...records.map((name, i) => `${random.chance(35) ? "open " : ""}record ${name} ${fields(i, 12)}`),
    ...unions.map((name) => `union ${name} ${members()}`),
  ].join("\n");
}

type Value = Record<string, unknown>;
type Declared = Schema["records"][number]["fields"][number];

/** A random value of a record or union, as its TypeScript type has it. */
export function randomValue(schema: Schema, name: string, random: Random, depth = 0): Value {
  const union = schema.unions.find((one) => one.name === name);
  if (union !== undefined) {
    const member = depth > 4 ? union.members[0]! : random.pick(union.members);
    return { kind: member.name, ...randomFields(schema, member.body.fields, random, depth) };
  }
  const record = schema.records.find((one) => one.name === name)!;
  return randomFields(schema, record.fields, random, depth);
}

function randomFields(schema: Schema, fields: Declared[], random: Random, depth: number): Value {
  const value: Value = {};
  for (const field of fields) value[field.name] = randomField(schema, field, random, depth);
  return value;
}

function randomField(
  schema: Schema,
  { optional, type, array }: Declared,
  random: Random,
  depth: number,
): unknown {
  if (optional && (depth > 4 || random.chance(40))) return null;
  const one = (): unknown => {
    if (type.kind === "string") return randomText(random, type.bounds);
    if (type.kind === "bytes") {
      const length = randomCount(random, type.bounds);
      return Uint8Array.from({ length }, () => random.below(256));
    }
    if (type.kind === "scalar") return randomScalar(type.scalar, random);
    const known = schema.enums.find((each) => each.name === type.name);
    return known === undefined
      ? randomValue(schema, type.name, random, depth + 1)
      : random.pick(known.values).name;
  };
  if (array === null) return one();
  const length = depth > 4 ? array.min : randomCount(random, array);
  return Array.from({ length }, one);
}

function randomCount(random: Random, { min, max }: { min: number; max: number }): number {
  const span = max - min + 1;
  return min + random.below(random.chance(5) ? Math.min(span, 300) : Math.min(span, 4));
}

const CHARACTERS = [
  "a",
  "Z",
  "0",
  "\0",
  "\u007f",
  "é",
  "߿",
  "ࠀ",
  "€",
  "\ufeff",
  "\uffff",
  "😀",
  "\u{10ffff}",
];

function randomText(random: Random, { min, max }: { min: number; max: number }): string {
  const target = randomCount(random, { min, max });
  let text = "";
  for (let bytes = 0; bytes < target; ) {
    const character = random.chance(60) ? "x" : random.pick(CHARACTERS);
    const size = Buffer.byteLength(character);
    text += bytes + size > target ? "y" : character;
    bytes += bytes + size > target ? 1 : size;
  }
  return text;
}

function randomScalar(scalar: string, random: Random): unknown {
  const bits = { u8: 8, u16: 16, u32: 32, varint: 32, i8: 8, i16: 16, i32: 32, zigzag: 32 }[scalar];
  const word = random.below(0x1_0000_0000) >>> random.below(32);
  if (scalar === "bool") return random.chance(50);
  if (scalar === "f32") return Math.fround(((word - 1000) / 64) * random.pick([1, -1, 0, 1e28]));
  if (scalar === "f64") return random.pick([0, -0, 1 / 3, 5e-324, 1.7e308, word / 7, -word]);
  const unsigned = scalar.startsWith("u") || scalar.startsWith("varint");
  if (bits !== undefined) return unsigned ? word % 2 ** bits : (word << (32 - bits)) >> (32 - bits);
  const long = (BigInt(random.below(0x1_0000_0000)) << 32n) | BigInt(random.below(0x1_0000_0000));
  const short = long >> BigInt(random.below(64));
  return unsigned ? short : BigInt.asIntN(64, random.chance(50) ? short : -short);
}

/** A few random changes of some bytes. */
export function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  const list = [...bytes];
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const at = random.below(list.length + 1);
    const kind = random.below(5);
    if (kind === 0) list.splice(at, 1);
    else if (kind === 1) list.splice(at, 0, random.below(256));
    else if (kind === 2) list.length = at;
    else if (at < list.length)
      list[at] = kind === 3 ? list[at]! ^ (1 << random.below(8)) : random.pick([0, 1, 127, 128, 255]);
  }
  return Uint8Array.from(list);
}

/**
 * The generated AssemblyScript, running in a room: player N's message is decoded as the Nth type of `types`, and
 * sent back encoded; nothing is sent back of what is refused.
 */
export async function assemblySide(
  source: string,
  types: string[],
): Promise<(type: string, bytes: Uint8Array) => Uint8Array | null> {
  const room = `
    import { Reader, Room } from "@rockpool/assembly";
    import { ${types.join(", ")} } from "./messages";
    export default class Echo extends Room {
      ${types.map((type) => `${type.toLowerCase()}: ${type} = new ${type}();`).join("\n")}
      onMessage(player: u32, message: Reader): void {
        switch (player) {
          ${types.map((type, i) => `case ${i}: { if (this.${type.toLowerCase()}.decode(message)) this.send(${i}, this.${type.toLowerCase()}.encode(this.writer())); break; }`).join("\n")}
        }
      }
    }`;
  const folder = folderWith({
    "rockpool.json": '{"name":"test"}',
    "messages.rock": source,
    "assembly/index.ts": room,
  });
  const running = await TestRoom.make(await compileFolder(folder));
  running.create();
  return (type, bytes) => {
    running.message(types.indexOf(type), bytes);
    return running.sent.pop()?.bytes ?? null;
  };
}
