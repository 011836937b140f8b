//! The pages whose Rust examples are compiled and run, with the features that they need. `lib.rs` includes one more.

macro_rules! pages {
    ($($($feature:literal)+ => $Page:ident = $path:literal;)*) => {$(
        #[cfg(all($(feature = $feature),+))]
        #[doc = include_str!(concat!("../", $path))]
        struct $Page;
    )*};
}

pages! {
    "axum" => Readme = "README.md";
    "std" => Events = "docs/events.md";
    "std" => Queues = "docs/queues.md";
    "std" => Rotation = "docs/rotation.md";
    "testing" => Testing = "docs/testing.md";
    "axum" "testing" => Axum = "docs/adapters/axum.md";
    "axum" => Memory = "docs/stores/memory.md";
    "postgres" => Postgres = "docs/stores/postgres.md";
    "redis" => Redis = "docs/stores/redis.md";
}
