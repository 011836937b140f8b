//! Repeats one operation on one payload, so that Valgrind can count the instructions: `count <verify|parse|receive>
//! <payload>`. `cargo xtask budgets` runs this.

use std::hint::black_box;
use std::path::Path;

use agentmail_webhooks_bench::{Delivery, PEERS, Peer, Receiver};

/// The time of signing and of verification. The system clock is not read.
const NOW: u64 = 1_790_000_000;
/// Runs before the counted ones. They include the one-time work: memory for the allocator, CPU feature detection.
const BEFORE: u32 = 4;
const COUNTED: u32 = 8;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, path] = arguments.as_slice() else {
        panic!("count <verify|parse|receive> <payload>");
    };
    let delivery = Delivery::new(std::fs::read(Path::new(path)).expect("a payload"), NOW);
    let receiver = Receiver::new();
    let ours =
        PEERS.iter().find(|peer| peer.what == what && peer.name == "ours").expect("verify, parse or receive");
    for _ in 0..BEFORE {
        assert!(black_box((ours.run)(&receiver, &delivery)));
    }
    for _ in 0..COUNTED {
        counted(ours, &receiver, &delivery);
    }
    println!("{COUNTED}");
}

/// Runs the operation once. Valgrind counts the instructions of this function, by its name, and of its callees.
#[inline(never)]
#[unsafe(no_mangle)]
extern "Rust" fn counted(peer: &Peer, receiver: &Receiver, delivery: &Delivery) {
    black_box((peer.run)(receiver, delivery));
}
