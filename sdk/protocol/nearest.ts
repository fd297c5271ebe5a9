/** What a misspelt name was meant to be: a typing mistake is an edit or two away from one of few known names. */

/** One edit for every so many letters; more would suggest names that merely are as short. */
const LETTERS_PER_EDIT = 3;

/** The name that `text` is a near miss of, in any case of letters; null when none is near. */
export function nearestName(text: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(text.length / LETTERS_PER_EDIT)) + 1;
  for (const name of names) {
    // The lengths alone bound the distance from below, so a very long text costs nothing.
    if (Math.abs(name.length - text.length) >= bestDistance) continue;
    const distance = editDistance(text.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** Letters to insert, delete or replace to make `b` of `a` (Levenshtein distance; Wagner and Fischer 1974). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
