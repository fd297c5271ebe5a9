//! A room on the bindings that the crate `wit-bindgen` makes of world.wit, without anything of Rockpool's SDK. It
//! sends every message back with the number of ticks so far in front of it, and refuses players that are "banned".

use std::cell::Cell;

wit_bindgen::generate!({ world: "game-room", path: "../../../sdk/wit" });

use exports::rockpool::game::room::{Guest, LeaveReason, Pairs, Player};
use rockpool::game::host;

thread_local! {
    static TICKS: Cell<u8> = const { Cell::new(0) };
}

struct Room;

impl Guest for Room {
    fn create(config: Vec<u8>) -> Result<(), String> {
        if config.first() == Some(&b'!') {
            return Err("not with this config".into());
        }
        Ok(())
    }

    fn join(_who: Player, claims: Pairs) -> Result<(), String> {
        if claims.iter().any(|(key, _)| key == "banned") {
            return Err("you are banned".into());
        }
        Ok(())
    }

    fn message(who: Player, data: Vec<u8>) {
        let mut answer = vec![TICKS.get()];
        answer.extend_from_slice(&data);
        host::send(who, &answer);
    }

    fn tick(_dt_ms: f64) {
        TICKS.set(TICKS.get() + 1);
        if TICKS.get() == 3 {
            host::broadcast(host::room().as_bytes());
            host::set_tick_rate(0);
        }
    }

    fn timer(_id: u32) {}
    fn drop(_who: Player) {}
    fn rejoin(_who: Player) {}
    fn leave(_who: Player, _why: LeaveReason) {}
    fn fault(_what: String) {}

    fn save() -> Result<Vec<u8>, String> {
        Ok(vec![TICKS.get()])
    }

    fn restore(state: Vec<u8>) -> Result<(), String> {
        match state[..] {
            [ticks] => Ok(TICKS.set(ticks)),
            _ => Err("this is no state of mine".into()),
        }
    }

    fn close() {}
}

export!(Room);
