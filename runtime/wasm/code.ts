/** Builds short sequences of operators, named as in the text format. */
import { OP } from "./opcodes.ts";
import { Sink } from "./sink.ts";

/** Block type of a block without parameters and results. */
export const EMPTY_BLOCK = -64;

export class Code extends Sink {
  op(...codes: number[]): this {
    return this.u8(...codes);
  }

  localGet(local: number): this {
    return this.u8(OP.localGet).u32(local);
  }

  localSet(local: number): this {
    return this.u8(OP.localSet).u32(local);
  }

  localTee(local: number): this {
    return this.u8(OP.localTee).u32(local);
  }

  globalGet(global: number): this {
    return this.u8(OP.globalGet).u32(global);
  }

  globalSet(global: number): this {
    return this.u8(OP.globalSet).u32(global);
  }

  i32Const(value: number): this {
    return this.u8(OP.i32Const).signed(value);
  }

  i64Const(value: number | bigint): this {
    return this.u8(OP.i64Const).signed(value);
  }

  call(func: number): this {
    return this.u8(OP.call).u32(func);
  }

  br(depth: number): this {
    return this.u8(OP.br).u32(depth);
  }

  block(type: number): this {
    return this.u8(OP.block).signed(type);
  }

  loop(type: number): this {
    return this.u8(OP.loop).signed(type);
  }

  if(type = EMPTY_BLOCK): this {
    return this.u8(OP.if).signed(type);
  }

  end(): this {
    return this.u8(OP.end);
  }
}
