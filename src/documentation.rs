//! The pages outside `src/` whose Rust is compiled and run, each with the features that it needs. `lib.rs` has one more.

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
