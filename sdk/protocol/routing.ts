/**
 * Which shard owns a room. Node and clients compute the same answer from the name alone, so a client that
 * knows the shards connects to the right one at once, and MOVED corrects the others.
 */

const GENERATED = /^r(\d{1,4})-[0-9a-z]{12}$/;
const ALPHABET = "0123456789abcdefghijklmnopqrstuv";

/**
 * The shard of a room, in 0 … shards - 1. A generated id carries its shard; any other name is assigned by
 * rendezvous (highest random weight) hashing, so a change of the count moves as few rooms as possible
 * (Thaler and Ravishankar, 1998).
 */
export function shardOfRoom(functionName: string, room: string, shards: number): number {
  const generated = GENERATED.exec(room);
  if (generated) {
    const shard = Number(generated[1]);
    if (shard < shards) return shard;
  }
  const key = fnv1a(`${functionName}/${room}`);
  let best = 0;
  let bestWeight = -1;
  for (let shard = 0; shard < shards; shard++) {
    const weight = mix(key ^ Math.imul(shard + 1, 0x9e3779b1));
    if (weight > bestWeight) {
      best = shard;
      bestWeight = weight;
    }
  }
  return best;
}

/** A room id that carries its shard: `r`, the shard, `-`, and 60 bits of `random` (at least 12 bytes) in base 32. */
export function generatedRoomId(shard: number, random: Uint8Array): string {
  let text = `r${shard}-`;
  for (let i = 0; i < 12; i++) text += ALPHABET[random[i]! & 31];
  return text;
}

/** 32-bit FNV-1a over UTF-16 code units (names are ASCII). */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** The finalizer of MurmurHash3 (Appleby), as an unsigned 32-bit number. */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
