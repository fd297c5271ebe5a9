/** Names of rooms that nobody has asked for before in this run. */
let used = 0;

export function roomNames(prefix: string, count: number): string[] {
  return Array.from({ length: count }, () => `${prefix}-${(used++).toString(36)}`);
}
