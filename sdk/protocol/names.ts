/** Names of functions and rooms are checked before anything else is done with them. */

const NAME = /^[a-z0-9-]{1,63}$/;

/** Whether `text` may name a function or a room: 1 to 63 of `a-z`, `0-9` and `-`. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** What to tell someone whose name was refused. */
export const NAME_RULE = "1 to 63 of a-z, 0-9 and -";
