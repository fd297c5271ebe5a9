/** Reads the head of a function body: its size and its locals, both bounded before anything is done with them. */
import type { Cursor } from "./cursor.ts";
import { MODULE_LIMITS } from "./limits.ts";
import type { FunctionBody } from "./module.ts";
import { ModuleRefusal } from "./refusal.ts";
import { readValueType } from "./typeReader.ts";

export function readBody(section: Cursor): FunctionBody {
  const size = section.u32();
  const start = section.at;
  if (size > MODULE_LIMITS.bodyBytes) {
    throw new ModuleRefusal(
      "function-size",
      `A function of ${size} bytes is larger than the limit of ${MODULE_LIMITS.bodyBytes}; split it, or inline less`,
      start,
    );
  }
  const cursor = section.part(size);
  const groups = cursor.count("groups of locals");
  const localsAt = cursor.at;
  const locals: { count: number; type: number }[] = [];
  let localCount = 0;
  for (let n = 0; n < groups; n++) {
    const count = cursor.u32();
    localCount += count;
    if (localCount > MODULE_LIMITS.locals) {
      throw new ModuleRefusal(
        "too-many-locals",
        `A function has more than ${MODULE_LIMITS.locals} locals; split it, or inline less`,
        start,
      );
    }
    locals.push({ count, type: readValueType(cursor) });
  }
  return {
    start,
    end: cursor.end,
    localsAt,
    localGroups: groups,
    operatorsAt: cursor.at,
    locals,
    localCount,
  };
}
