//! Does one thing with one payload some times, for Valgrind to count the instructions: `count <verify|parse|receive>
//! <payload>`. `cargo xtask budgets` runs this.

use std::hint::black_box;
use std::path::Path;

use agentmail_webhooks_bench::{Delivery, PEERS, Peer, Receiver};

/// Some time: no clock is read but this one.
const NOW: u64 = 1_790_000_000;
/// The first ones do what is done once: the allocator gets its memory, the processor is asked what it can do.
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

/// What is counted. Valgrind is told this name, and counts what is called from here too.
#[inline(never)]
#[unsafe(no_mangle)]
extern "Rust" fn counted(peer: &Peer, receiver: &Receiver, delivery: &Delivery) {
    black_box((peer.run)(receiver, delivery));
}
