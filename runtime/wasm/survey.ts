/**
 * First pass over a function body: whom it calls and how large its stack frame may be. On the way it follows
 * the height of the operand stack and compares it at every `end`: a disagreement with V8's validation would
 * mean that the operator tables are wrong, and the module is refused rather than metered wrongly.
 */
import { Cursor } from "./cursor.ts";
import { type CoreModule, type FunctionBody, type FunctionType, VALUE_TYPE } from "./module.ts";
import { makesNan } from "./nanOperators.ts";
import { OP } from "./opcodes.ts";
import { OperatorReader } from "./operatorReader.ts";

export interface FunctionSurvey {
  /** Functions called directly, each once. */
  readonly calls: ReadonlySet<number>;
  /** Type indices of indirect calls, each once. */
  readonly indirect: ReadonlySet<number>;
  /** Upper bound of the frame in stack slots of 8 bytes, in V8's baseline compiler. */
  readonly frame: number;
  /** Whether it charges for the length of bulk memory operators, or for memory.grow. */
  readonly bulk: boolean;
  /** Whether its arithmetic may give NaNs, which have to be made canonical. */
  readonly floats: boolean;
}

/** Return address, frame pointer, instance, and what else V8 keeps in a frame. */
const FRAME_OVERHEAD = 10;
/** Locals that hold what is made canonical: an f32, an f64 and a vector. */
const FLOAT_OVERHEAD = 4;

/** Operators with prefix 0xfd work on vectors, which take two slots. */
const VECTOR_PREFIX = 0xfd;

interface Frame {
  readonly base: number;
  readonly type: FunctionType;
  unreachable: boolean;
}

/** The type of a block: from the type section, or the short forms with at most one result. */
export function blockType(module: CoreModule, index: number, fail: () => never): FunctionType {
  if (index >= 0) return module.types[index] ?? fail();
  if (index === -64) return { params: [], results: [] };
  return { params: [], results: [index + 128] };
}

/** The type of a block in a body that was surveyed. */
export function surveyedBlockType(module: CoreModule, index: number): FunctionType {
  return blockType(module, index, () => {
    throw new Error("a block's type was checked by the survey");
  });
}

/** Surveys one body; functions taken by `ref.func` are added to `addressTaken`. */
export function surveyBody(
  module: CoreModule,
  body: FunctionBody,
  type: FunctionType,
  addressTaken: Set<number>,
): FunctionSurvey {
  const cursor = new Cursor(module.bytes, body.operatorsAt, body.end);
  const reader = new OperatorReader(cursor);
  const calls = new Set<number>();
  const indirect = new Set<number>();
  let bulk = false;
  let floats = false;
  let vectors = body.locals.some((local) => local.type === VALUE_TYPE.v128);
  let height = 0;
  let highest = 0;
  const frames: Frame[] = [{ base: 0, type: { params: [], results: type.results }, unreachable: false }];

  const push = (count: number) => {
    height += count;
    if (height > highest) highest = height;
  };
  const pop = (count: number) => {
    const frame = frames.at(-1)!;
    height -= count;
    if (height >= frame.base) return;
    if (!frame.unreachable) cursor.fail("more operands are taken than there are", reader.at);
    height = frame.base;
  };
  const endUnreachable = () => {
    const frame = frames.at(-1)!;
    frame.unreachable = true;
    height = frame.base;
  };
  const close = (): FunctionType => {
    const frame = frames.pop() ?? cursor.fail("an end without a block", reader.at);
    if (!frame.unreachable && height !== frame.base + frame.type.results.length) {
      cursor.fail("a block leaves another number of operands than its type says", reader.at);
    }
    height = frame.base;
    return frame.type;
  };
  const open = (opened: FunctionType) => {
    pop(opened.params.length);
    frames.push({ base: height, type: opened, unreachable: false });
    push(opened.params.length);
  };
  const callType = (called: FunctionType | undefined) => {
    if (called === undefined) return cursor.fail("a call of something that is not there", reader.at);
    pop(called.params.length);
    push(called.results.length);
  };

  while (frames.length > 0) {
    if (!reader.step()) cursor.fail("a function without end");
    pop(reader.pops);
    push(reader.pushes);
    if (reader.op >> 8 === VECTOR_PREFIX) vectors = true;
    floats ||= makesNan(reader.op);
    switch (reader.op) {
      case OP.block:
      case OP.loop:
      case OP.if:
        open(blockType(module, reader.index, () => cursor.fail("a block of unknown type", reader.at)));
        break;
      case OP.else: {
        const closed = close();
        frames.push({ base: height, type: closed, unreachable: false });
        push(closed.params.length);
        break;
      }
      case OP.end:
        push(close().results.length);
        break;
      case OP.br:
      case OP.brTable:
      case OP.return:
      case OP.unreachable:
        endUnreachable();
        break;
      case OP.call:
        calls.add(reader.index);
        callType(module.types[module.functionTypes[reader.index] ?? -1]);
        break;
      case OP.callIndirect:
        indirect.add(reader.index);
        callType(module.types[reader.index]);
        break;
      case OP.refFunc:
        addressTaken.add(reader.index);
        break;
      case OP.memoryGrow:
      case OP.memoryCopy:
      case OP.memoryFill:
        bulk = true;
        break;
      default:
    }
  }
  if (!cursor.done) cursor.fail("operators behind a function's end");
  const slots = body.localCount + highest;
  const overhead = FRAME_OVERHEAD + (floats ? FLOAT_OVERHEAD : 0);
  const frame = overhead + 2 * type.params.length + (vectors ? 2 * slots : slots);
  return { calls, indirect, frame, bulk, floats };
}
