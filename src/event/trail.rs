//! Where reading is, and where it went wrong.
//!
//! The path of a fault is put together while the failure travels outwards, so that it costs a good
//! payload nothing.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

/// Deepest nesting of a payload: where `serde_json` itself stops, so that whoever uses it can read every
/// payload that was accepted.
const MAX_DEPTH: usize = 127;

/// Most elements of all lists and members of all objects that are kept, together. Three bytes of payload, `{},`,
/// are hundreds in memory: without a bound, a payload that is let through whole would not fit. A genuine one
/// has at most 1 MB (WIRE 1), and nothing like this many recipients.
const MAX_ENTRIES: usize = 65_536;

/// What went wrong and where, how deep we are and how much is kept.
#[derive(Default)]
pub(crate) struct Trail {
    /// The name of the event, if it is known before the payload is read.
    pub(crate) name: Option<String>,
    depth: Cell<usize>,
    entries: Cell<usize>,
    fault: RefCell<Option<Fault>>,
}

/// The first thing that is not as the event has it. The path is stored inside out.
pub(crate) struct Fault {
    pub(crate) problem: &'static str,
    pub(crate) found: Option<&'static str>,
    path: Vec<Step>,
}

enum Step {
    Member(&'static str),
    Index(usize),
}

impl Trail {
    pub(crate) fn named(name: String) -> Self {
        Self { name: Some(name), ..Self::default() }
    }

    pub(crate) fn fail<E: serde::de::Error>(&self, problem: &'static str, found: Option<&'static str>) -> E {
        *self.fault.borrow_mut() = Some(Fault { problem, found, path: Vec::new() });
        // Nobody reads this: the fault is what is told.
        E::custom("")
    }

    fn at<E>(&self, step: Step) -> impl FnOnce(E) -> E + '_ {
        move |error| {
            if let Some(fault) = self.fault.borrow_mut().as_mut() {
                fault.path.push(step);
            }
            error
        }
    }

    pub(crate) fn at_member<E>(&self, name: &'static str) -> impl FnOnce(E) -> E + '_ {
        self.at(Step::Member(name))
    }

    pub(crate) fn at_index<E>(&self, index: usize) -> impl FnOnce(E) -> E + '_ {
        self.at(Step::Index(index))
    }

    pub(crate) fn has_fault(&self) -> bool {
        self.fault.borrow().is_some()
    }

    pub(crate) fn into_fault(self) -> Option<Fault> {
        self.fault.into_inner()
    }

    /// Whether nothing more can be kept.
    pub(crate) fn is_full(&self) -> bool {
        self.entries.get() >= MAX_ENTRIES
    }

    /// Makes room for one element or member more.
    pub(crate) fn keep<E: serde::de::Error>(&self) -> Result<(), E> {
        if self.is_full() {
            return Err(self.fail("over 65536 elements and unknown members in all", None));
        }
        self.entries.set(self.entries.get().saturating_add(1));
        Ok(())
    }

    /// Runs `inside` one level deeper.
    pub(crate) fn nested<T, E: serde::de::Error>(
        &self,
        inside: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return Err(E::custom("nested too deeply"));
        }
        self.depth.set(depth.saturating_add(1));
        let result = inside();
        self.depth.set(depth);
        result
    }
}

impl Fault {
    /// Such as `message.attachments[2].size`.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            match step {
                Step::Member(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                Step::Index(index) => {
                    path.push('[');
                    path.push_str(&index.to_string());
                    path.push(']');
                }
            }
        }
        if path.is_empty() {
            path.push_str("payload");
        }
        path
    }
}
