//! [`object!`] makes a struct, its schema, decoding, encoding, `into_owned` and the TypeScript declarations from one
//! definition, so that they cannot drift apart.

use alloc::borrow::Cow;
use alloc::vec::Vec;

/// Converts a value that borrows from the payload into one that owns its data.
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

/// The name of a field on the wire: the identifier, unless it is renamed.
macro_rules! wire_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}
pub(crate) use wire_name;

/// The type of a field on the wire.
macro_rules! wire_type {
    ($Type:ty) => {
        <$Type as Typed>::TYPE
    };
    ($Type:ty, $separator:literal) => {
        Type::Words
    };
}
pub(crate) use wire_type;

/// Defines objects of the wire as structs, with attributes that are like serde's.
///
/// A field of type `Text` or of an object is required, an `Option` is optional, a `Vec` is a list that may be missing.
/// `Vec<Address>` also takes one address. Members without a field are kept in `extra`.
///
/// - `#[rename = "name"]` gives a field another name on the wire.
/// - `#[alias = "name"]` lets a field be read under a second name.
/// - `#[separator = " "]` lets a list of strings be one string, with white space between the elements.
/// - `#[empty_is_absent = true]` treats `{}` as an absent object, even though fields are required.
/// - `#[computed(name: Type = function(field, …), …)]` adds a method, and a member that is encoded after the fields.
///   The function takes the object and the positions of the fields.
macro_rules! object {
    ($(
        $(#[doc = $doc:literal])*
        $(#[computed($(
            $(#[doc = $computed_doc:literal])*
            $computed:ident: $Computed:ty = $function:ident($($part:ident),+)
        ),+ $(,)?)])?
        $(#[empty_is_absent = $empty_is_absent:literal])?
        pub struct $Name:ident<$a:lifetime> {
            $(
                $(#[doc = $field_doc:literal])*
                $(#[rename = $wire:literal])?
                $(#[alias = $alias:literal])?
                $(#[separator = $separator:literal])?
                pub $field:ident: $Type:ty,
            )*
        }
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
            /// Members that this version does not know, and values that did not fit their field.
            pub extra: $crate::wire::raw::Members<$a>,
        }

        const _: () = {
            use $crate::wire::target::{ObjectTarget, Target};
            use $crate::wire::encode::{Encode, EncodeObject, Node};
            use $crate::wire::object::{IntoOwned, wire_name, wire_type};
            use $crate::wire::raw::Members;
            use $crate::wire::schema::{Field, FieldSet, Schema, Type, Typed, key};
            #[allow(unused_imports, reason = "few objects have aliases or computed members")]
            use $crate::wire::schema::{Aside, Role};
            #[cfg(feature = "schema")]
            use $crate::wire::schema::{FieldSchema, ObjectSchema};

            /// The position of each field in the schema.
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            #[repr(usize)]
            enum Position { $($field,)* }

            impl Position {
                #[allow(clippy::as_conversions, reason = "a field-less enum of representation usize")]
                const fn get(self) -> usize {
                    self as usize
                }
            }

            impl<$a> $Name<$a> {
                $($(
                    $(#[doc = $computed_doc])*
                    #[must_use]
                    pub fn $computed(&self) -> $Computed {
                        $function(self, &[$(Position::$part.get()),+])
                    }
                )+)?

                /// Copies what is borrowed from the payload, so that the value can be stored or sent to another thread.
                #[must_use]
                pub fn into_owned(self) -> $Name<'static> {
                    IntoOwned::into_owned(self)
                }

                pub(crate) const SCHEMA: Schema = Schema {
                    fields: &[
                        $(Field {
                            key: key!(wire_name!($field $($wire)?)),
                            ty: wire_type!($Type $(, $separator)?),
                            always: <$Type as Typed>::ALWAYS,
                        },)*
                    ],
                    required: FieldSet::NONE$(.with(Position::$field.get(), <$Type as Typed>::REQUIRED))*,
                    aside: &[
                        $($(Aside { key: key!($alias), role: Role::Alias(Position::$field.get()) },)?)*
                        $($(Aside {
                            key: key!(stringify!($computed)),
                            role: Role::Computed(|object| $function(object, &[$(Position::$part.get()),+]).into()),
                        },)+)?
                    ],
                    $(empty_is_absent: $empty_is_absent,)?
                    $(computed: &[$($crate::wire::schema::Computed {
                        key: key!(stringify!($computed)),
                        compute: |object| $function(object, &[$(Position::$part.get()),+]).into(),
                    }),+],)?
                    #[cfg(feature = "schema")]
                    documentation: Some(&ObjectSchema {
                        name: stringify!($Name),
                        docs: &[$($doc),*],
                        fields: &[
                            $(FieldSchema {
                                name: wire_name!($field $($wire)?),
                                ty: stringify!($Type),
                                docs: &[$($field_doc),*],
                            },)*
                            $($(FieldSchema {
                                name: stringify!($computed),
                                ty: stringify!($Computed),
                                docs: &[$($computed_doc),*],
                            },)+)?
                        ],
                    }),
                    ..Schema::EMPTY
                };
            }

            impl Typed for $Name<'_> {
                const TYPE: Type = Type::Object(&Self::SCHEMA);
            }

            impl<$a> ObjectTarget<$a> for $Name<$a> {
                fn field(&mut self, position: usize) -> Option<&mut dyn Target<$a>> {
                    match position {
                        $(position if position == Position::$field.get() => Some(&mut self.$field),)*
                        _ => None,
                    }
                }

                fn extra(&mut self) -> Option<&mut Members<$a>> {
                    Some(&mut self.extra)
                }

                fn clear(&mut self) {
                    *self = Self::default();
                }

                fn decoded(&self) -> Option<&dyn EncodeObject> {
                    Some(self)
                }
            }

            impl<$a> Target<$a> for $Name<$a> {
                fn object(&mut self, _: &'static Schema) -> Option<&mut dyn ObjectTarget<$a>> {
                    Some(self)
                }
            }

            impl EncodeObject for $Name<'_> {
                fn schema(&self) -> &'static Schema {
                    &Self::SCHEMA
                }

                fn value(&self, position: usize) -> Node<'_> {
                    match position {
                        $(position if position == Position::$field.get() => self.$field.node(),)*
                        _ => Node::Absent,
                    }
                }

                fn extra(&self) -> Option<&Members<'_>> {
                    Some(&self.extra)
                }
            }

            impl Encode for $Name<'_> {
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
