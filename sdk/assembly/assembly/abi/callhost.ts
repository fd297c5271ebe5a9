/** The host functions of world `game-call`, as core imports of the canonical ABI. */

// @ts-ignore: decorator
@external("rockpool:game/call-host@0.1.0", "log")
export declare function log(level: u32, text: usize, length: usize): void;
// @ts-ignore: decorator
@external("rockpool:game/call-host@0.1.0", "now")
export declare function now(): u64;
// @ts-ignore: decorator
@external("rockpool:game/call-host@0.1.0", "random")
export declare function random(): u64;
