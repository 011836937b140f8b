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

/// What went wrong and where, and how deep we are.
#[derive(Default)]
pub(crate) struct Trail {
    /// The name of the event, if it is known before the payload is read.
    pub(crate) name: Option<String>,
    depth: Cell<usize>,
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
