/**
 * The key that caps per address count under: an IPv4 address, or the /64 of an IPv6 address, since one
 * subscriber has at least a /64 to choose from (RFC 6177) and could otherwise pass every cap.
 */
import { isIPv4 } from "node:net";

const MAPPED = /^(?:::|(?:0{1,4}:){5})ffff:(.+)$/i;

/** The key of an address in any of the forms in which socket libraries print it. */
export function addressKey(remote: string): string {
  if (isIPv4(remote)) return remote;
  const [address = ""] = remote.split("%");
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped) return isIPv4(mapped) ? mapped : dotted(mapped);
  return `${groups(address).slice(0, 4).join(":")}::/64`;
}

/** `7f00:0001` → `127.0.0.1`. */
function dotted(pair: string): string {
  const bits = pair.split(":").map((group) => Number.parseInt(group, 16));
  return bits.flatMap((group) => [group >> 8, group & 255]).join(".");
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groups(address: string): string[] {
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array<string>(zeros).fill("0"), ...right].map((group) =>
    group.replace(/^0+(?=.)/, "").toLowerCase(),
  );
}
