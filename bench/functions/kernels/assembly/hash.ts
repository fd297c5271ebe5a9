/** Hashing: FNV-1a over bytes. */
const data = new Uint8Array(16384);
for (let n = 0; n < data.length; n++) data[n] = n * 31;

export function run(): f64 {
  let hash: u32 = 0x811c9dc5;
  for (let n = 0; n < data.length; n++) hash = (hash ^ data[n]) * 0x01000193;
  return hash as f64;
}
