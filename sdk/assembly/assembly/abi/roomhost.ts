/** The host functions of world `game-room`, as core imports of the canonical ABI. */

// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "send")
export declare function send(to: u32, data: usize, length: usize): void;
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "broadcast")
export declare function broadcast(data: usize, length: usize): void;
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "broadcast-except")
export declare function broadcastExcept(except: u32, data: usize, length: usize): void;
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "kick")
export declare function kick(who: u32, reason: usize, length: usize): void;
/** `result`: 8 bytes, address and count of a list<u32>. */
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "players")
export declare function players(result: usize): void;
/** `result`: 8 bytes, address and length of a string. */
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "room")
export declare function room(result: usize): void;
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "now")
export declare function now(): u64;
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "random")
export declare function random(): u64;
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "set-timer")
export declare function setTimer(id: u32, afterMs: u32): void;
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "clear-timer")
export declare function clearTimer(id: u32): void;
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "set-tick-rate")
export declare function setTickRate(hz: u32): void;
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "set-listing")
export declare function setListing(key: usize, keyLength: usize, value: usize, valueLength: usize): void;
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "lock")
export declare function lock(locked: u32): void;
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "end")
export declare function end(): void;
/** `result`: 12 bytes, discriminant, address and length of an option<list<u8>>. */
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "get")
export declare function get(key: usize, keyLength: usize, result: usize): void;
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "put")
export declare function put(key: usize, keyLength: usize, value: usize, valueLength: usize): void;
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "delete")
export declare function remove(key: usize, keyLength: usize): void;
// @ts-ignore: decorator
@external("rockpool:game/host@0.1.0", "log")
export declare function log(level: u32, text: usize, length: usize): void;
