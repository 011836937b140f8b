//! [`object!`]: one definition of an object, from which reading, writing, owning and the
//! TypeScript declarations are made, so that they cannot drift apart.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap};

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

/// A field in the canonical event: lists are always there, the rest only if there is a value.
pub(crate) trait Entry: Serialize {
    fn is_absent(&self) -> bool {
        false
    }
}

impl Entry for Cow<'_, str> {}
impl<T: Serialize> Entry for Vec<T> {}
impl<T: Serialize> Entry for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// An object in the canonical event.
pub(crate) trait Entries {
    fn write<M: SerializeMap>(&self, object: &mut M) -> Result<(), M::Error>;
}

/// The definition of an object, for the TypeScript declarations.
#[cfg(feature = "schema")]
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct ObjectSchema {
    pub name: &'static str,
    pub docs: &'static [&'static str],
    pub fields: &'static [FieldSchema],
}

/// The definition of a field, for the TypeScript declarations. Its type is Rust source.
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
/// - `with { … }` overrides the provided items of [`Object`](super::read::Object).
/// - `derived { … }` is written beside the fields and never read.
macro_rules! object {
    ($(
        $(#[doc = $doc:literal])*
        pub struct $Name:ident<$a:lifetime> {
            $(
                $(#[doc = $field_doc:literal])*
                pub $field:ident $(= $wire:literal)?: $Type:ty,
            )*
        }
        $(derived {
            $(#[doc = $derived_doc:literal])*
            pub fn $derived:ident(&$this:ident) -> bool $body:block
        })?
        $(with { $($with:tt)* })?
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $Name<$a> {
            $(
                $(#[doc = $field_doc])*
                pub $field: $Type,
            )*
            /// What was sent beside the members that this version knows.
            pub extra: $crate::event::json::Members<$a>,
        }

        impl<$a> $Name<$a> {
            $(
                $(#[doc = $derived_doc])*
                #[must_use]
                pub fn $derived(&$this) -> bool $body
            )?

            /// Frees it from the payload.
            #[must_use]
            pub fn into_owned(self) -> $Name<'static> {
                $crate::event::object::IntoOwned::into_owned(self)
            }

            #[cfg(feature = "schema")]
            pub(crate) const SCHEMA: $crate::event::object::ObjectSchema = $crate::event::object::ObjectSchema {
                name: stringify!($Name),
                docs: &[$($doc),*],
                fields: &[
                    $($crate::event::object::FieldSchema {
                        name: $crate::event::object::wire_name!($field $($wire)?),
                        ty: stringify!($Type),
                        docs: &[$($field_doc),*],
                    },)*
                    $($crate::event::object::FieldSchema {
                        name: stringify!($derived),
                        ty: "bool",
                        docs: &[$($derived_doc),*],
                    },)?
                ],
            };
        }

        const _: () = {
            use $crate::event::json::{Json, Members};
            use $crate::event::object::{Entries, Entry, IntoOwned, wire_name};
            use $crate::event::read::{Fields, Object, Place, Reader, Slot, Value, object};
            use $crate::event::trail::Trail;

            /// The position of each field, for sets of fields.
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            #[repr(u32)]
            enum Index { $($field,)* }

            impl Index {
                #[allow(clippy::as_conversions, reason = "a field-less enum of representation u32")]
                const fn get(self) -> u32 {
                    self as u32
                }
            }

            impl<$a> Object<$a> for $Name<$a> {
                const FIELDS: &'static [&'static str] = &[$(wire_name!($field $($wire)?)),*];
                const REQUIRED: Fields = Fields::one_if(0, false)
                    $(.and(Fields::one_if(Index::$field.get(), <$Type as Slot<$a>>::REQUIRED)))*;

                fn member<A: serde::de::MapAccess<$a>>(
                    &mut self,
                    place: Place,
                    reader: &mut Reader<'_, A>,
                ) -> Result<(), A::Error> {
                    match place.position {
                        $(position if position == Index::$field.get() => reader.fill(&mut self.$field, place),)*
                        _ => Ok(()),
                    }
                }

                fn keep<E: serde::de::Error>(
                    &mut self,
                    trail: &Trail,
                    key: alloc::borrow::Cow<$a, str>,
                    value: Json<$a>,
                ) -> Result<(), E> {
                    self.extra.push(trail, key, value)
                }

                $($($with)*)?
            }

            impl<$a> Value<$a> for $Name<$a> {
                const EXPECTED: &'static str = "expected an object";

                fn object<A: serde::de::MapAccess<$a>>(trail: &Trail, map: A) -> Result<Option<Self>, A::Error> {
                    object(trail, map)
                }
            }

            impl<$a> Slot<$a> for $Name<$a> {
                type Value = Self;
                const REQUIRED: bool = true;

                fn fill(&mut self, value: Self) {
                    *self = value;
                }
            }

            impl Entry for $Name<'_> {}

            impl Entries for $Name<'_> {
                fn write<M: serde::ser::SerializeMap>(&self, object: &mut M) -> Result<(), M::Error> {
                    $(if !Entry::is_absent(&self.$field) {
                        object.serialize_entry(wire_name!($field $($wire)?), &self.$field)?;
                    })*
                    $(object.serialize_entry(stringify!($derived), &self.$derived())?;)?
                    if !Members::is_empty(&self.extra) {
                        object.serialize_entry("extra", &self.extra)?;
                    }
                    Ok(())
                }
            }

            impl serde::Serialize for $Name<'_> {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let mut object = serializer.serialize_map(None)?;
                    self.write(&mut object)?;
                    serde::ser::SerializeMap::end(object)
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
