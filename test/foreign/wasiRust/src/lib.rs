//! A room that uses WASI 0.2 through the crate `wasip2`, as it is published: it prints what it is told, and answers
//! with what the clocks, the random numbers and the environment say.

use wasip2::{
    cli::{environment, exit, stderr, stdin, stdout},
    clocks::{monotonic_clock, wall_clock},
    random::{insecure, insecure_seed, random},
};

wit_bindgen::generate!({ world: "game-room", path: "../../../sdk/wit" });

use exports::rockpool::game::room::{Guest, LeaveReason, Pairs, Player};
use rockpool::game::host;

struct Room;

/// What two rooms with the same seed and the same time agree on.
fn readings() -> String {
    let time = wall_clock::now();
    let (high, low) = insecure_seed::insecure_seed();
    format!(
        "{} {}.{:09} {:x} {:02x?} {:x} {high:x}{low:x} {} {} {:?} {}",
        monotonic_clock::now(),
        time.seconds,
        time.nanoseconds,
        random::get_random_u64(),
        random::get_random_bytes(11),
        insecure::get_insecure_random_u64(),
        environment::get_environment().len(),
        environment::get_arguments().len(),
        environment::initial_cwd(),
        stdin::get_stdin().blocking_read(16).is_err(),
    )
}

impl Guest for Room {
    fn create(_config: Vec<u8>) -> Result<(), String> {
        Ok(())
    }

    fn join(_who: Player, _claims: Pairs) -> Result<(), String> {
        Ok(())
    }

    fn message(who: Player, data: Vec<u8>) {
        if data == b"exit" {
            exit::exit(Err(()));
        }
        stdout::get_stdout().blocking_write_and_flush(&data).expect("stdout takes it");
        stderr::get_stderr().blocking_write_and_flush(b"careful\n").expect("stderr takes it");
        host::send(who, readings().as_bytes());
    }

    fn tick(_dt_ms: f64) {}
    fn timer(_id: u32) {}
    fn drop(_who: Player) {}
    fn rejoin(_who: Player) {}
    fn leave(_who: Player, _why: LeaveReason) {}
    fn fault(_what: String) {}

    fn save() -> Result<Vec<u8>, String> {
        Ok(Vec::new())
    }

    fn restore(_state: Vec<u8>) -> Result<(), String> {
        Ok(())
    }

    fn close() {}
}

export!(Room);
