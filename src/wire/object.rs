//! [`object!`]: one definition of an object, from which reading, writing, owning and the
//! TypeScript declarations are made, so that they cannot drift apart.

use alloc::borrow::Cow;
use alloc::vec::Vec;

/// Frees a value from the payload that it borrows.
pub(crate) trait IntoOwned {
    type Owned;
    fn into_owned(self) -> Self::Owned;
}

impl IntoOwned for Cow<'_, str> {
    type Owned = Cow<'static, str>;
    fn into_owned(self) -> Cow<'static, str> {
        Cow::Owned(self.into_owned())
    }
}

impl<T: IntoOwned> IntoOwned for Option<T> {
    type Owned = Option<T::Owned>;
    fn into_owned(self) -> Self::Owned {
        self.map(T::into_owned)
    }
}

impl<T: IntoOwned> IntoOwned for Vec<T> {
    type Owned = Vec<T::Owned>;
    fn into_owned(self) -> Self::Owned {
        self.into_iter().map(T::into_owned).collect()
    }
}

macro_rules! owned_already {
    ($($Type:ty),*) => {$(
        impl IntoOwned for $Type {
            type Owned = Self;
            fn into_owned(self) -> Self {
                self
            }
        }
    )*};
}
owned_already!(bool, u64);

/// The definition of an event, for the TypeScript declarations and docs/events.md: its name and that of its object.
#[cfg(feature = "schema")]
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct EventSchema {
    pub name: &'static str,
    pub ty: &'static str,
    pub docs: &'static str,
}

/// The definition of an object, for the TypeScript declarations and docs/events.md.
#[cfg(feature = "schema")]
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct ObjectSchema {
    pub name: &'static str,
    pub docs: &'static [&'static str],
    pub fields: &'static [FieldSchema],
}

/// The definition of a field, for the TypeScript declarations and docs/events.md. Its type is Rust source.
#[cfg(feature = "schema")]
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct FieldSchema {
    pub name: &'static str,
    pub ty: &'static str,
    pub docs: &'static [&'static str],
}

/// The name of a field on the wire: the identifier, unless `= "name"` follows it.
macro_rules! wire_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}
pub(crate) use wire_name;

/// Defines an object of the wire as a struct.
///
/// - A field of type `Text` or of an object is required, an `Option` is optional, a `Vec` is a
///   list that may be missing. `Vec<Address>` also takes one address.
/// - `field = "name"` gives a field another name on the wire.
/// - What has no field goes to `extra`.
/// - `absence { name: field, … }` is written beside the fields: whether none of those is there.
/// - `with { … }` sets other members of its [`Shape`](super::schema::Shape).
macro_rules! object {
    ($(
        $(#[doc = $doc:literal])*
        pub struct $Name:ident<$a:lifetime> {
            $(
                $(#[doc = $field_doc:literal])*
                pub $field:ident $(= $wire:literal)?: $Type:ty,
            )*
        }
        $(absence {
            $(#[doc = $absence_doc:literal])*
            $absence:ident: $($part:ident),+
        })?
        $(with { $($with:tt)* })?
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $Name<$a> {
            $(
                $(#[doc = $field_doc])*
                $(#[doc = concat!("On the wire: `", $wire, "`.")])?
                pub $field: $Type,
            )*
            /// What was sent beside the members that this version knows.
            pub extra: $crate::wire::raw::Members<$a>,
        }

        impl<$a> $Name<$a> {
            $(
                $(#[doc = $absence_doc])*
                #[must_use]
                pub fn $absence(&self) -> bool {
                    $(self.$part.is_none())&&+
                }
            )?

            /// Frees it from the payload, to keep it or to send it to another thread.
            ///
            /// ```
            #[doc = concat!("use agentmail_webhooks::", stringify!($Name), ";")]
            ///
            #[doc = concat!("fn in_a_thread(it: ", stringify!($Name), "<'_>) {")]
            ///     let it = it.into_owned();
            ///     std::thread::spawn(move || println!("{it:?}"));
            /// }
            /// ```
            #[must_use]
            pub fn into_owned(self) -> $Name<'static> {
                $crate::wire::object::IntoOwned::into_owned(self)
            }

            #[cfg(feature = "schema")]
            pub(crate) const SCHEMA: $crate::wire::object::ObjectSchema = $crate::wire::object::ObjectSchema {
                name: stringify!($Name),
                docs: &[$($doc),*],
                fields: &[
                    $($crate::wire::object::FieldSchema {
                        name: $crate::wire::object::wire_name!($field $($wire)?),
                        ty: stringify!($Type),
                        docs: &[$($field_doc),*],
                    },)*
                    $($crate::wire::object::FieldSchema {
                        name: stringify!($absence),
                        ty: "bool",
                        docs: &[$($absence_doc),*],
                    },)?
                ],
            };
        }

        const _: () = {
            use $crate::wire::raw::Members;
            use $crate::wire::object::{IntoOwned, wire_name};
            use $crate::wire::decode::{Object, Slot};
            use $crate::wire::schema::{Field, Fields, Kind, Shape, Typed};
            use $crate::wire::encode::{Entries, Node, Write};

            /// The position of each field, for sets of fields.
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            #[repr(usize)]
            enum Index { $($field,)* }

            impl Index {
                #[allow(clippy::as_conversions, reason = "a field-less enum of representation usize")]
                const fn get(self) -> usize {
                    self as usize
                }
            }

            impl<$a> $Name<$a> {
                pub(crate) const SHAPE: Shape = Shape {
                    fields: &[
                        $(Field {
                            name: wire_name!($field $($wire)?),
                            kind: <$Type as Typed>::KIND,
                            always: <$Type as Typed>::ALWAYS,
                        },)*
                    ],
                    required: Fields::NONE$(.with(Index::$field.get(), <$Type as Typed>::REQUIRED))*,
                    $(absence: Some((stringify!($absence), Fields::of(&[$(Index::$part.get()),+]))),)?
                    $($($with)*,)?
                    ..Shape::EMPTY
                };
            }

            impl Typed for $Name<'_> {
                const KIND: Kind = Kind::Object(&Self::SHAPE);
            }

            impl<$a> Object<$a> for $Name<$a> {
                fn slot(&mut self, position: usize) -> Option<&mut dyn Slot<$a>> {
                    match position {
                        $(position if position == Index::$field.get() => Some(&mut self.$field),)*
                        _ => None,
                    }
                }

                fn extra(&mut self) -> Option<&mut Members<$a>> {
                    Some(&mut self.extra)
                }
            }

            impl<$a> Slot<$a> for $Name<$a> {
                fn object(&mut self, _: &'static Shape) -> Option<&mut dyn Object<$a>> {
                    Some(self)
                }
            }

            impl Entries for $Name<'_> {
                fn each<'n>(&'n self, write: &mut dyn FnMut(&'static str, Node<'n>)) {
                    $(write(wire_name!($field $($wire)?), self.$field.node());)*
                    $(write(stringify!($absence), Node::Boolean(self.$absence()));)?
                    if !self.extra.is_empty() {
                        write("extra", Node::Members(&self.extra));
                    }
                }
            }

            impl Write for $Name<'_> {
                fn node(&self) -> Node<'_> {
                    Node::Object(self)
                }
            }

            impl serde::Serialize for $Name<'_> {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.node().serialize(serializer)
                }
            }

            impl IntoOwned for $Name<'_> {
                type Owned = $Name<'static>;

                fn into_owned(self) -> $Name<'static> {
                    $Name {
                        $($field: IntoOwned::into_owned(self.$field),)*
                        extra: IntoOwned::into_owned(self.extra),
                    }
                }
            }
        };
    )*};
}
pub(crate) use object;
