//! The declarations of the language: one place per struct for its fields, docs, defaults, ranges.
//!
//! Defaults are written in the notation of scenario files and read by the same decoders, so that
//! the reference can print them and nothing can be a default that an author could not write.

/// Declares a struct of the language.
///
/// ```text
/// raw_struct! {
///     /// A service: instances times worker slots.
///     pub struct Service {
///         /// How many instances run.
///         instances: Spanned<u32> where 1 ..= 1000 = 4,
///         /// How long a request may wait.
///         timeout: Spanned<SimDuration> = "1s",
///         /// Where it runs.            (no default: required, unless it is an `Option`)
///         region: Spanned<String>,
///     }
/// }
/// ```
///
/// A default is one token (`4`, `"1s"`, `Lru`, `[]`, `{}`) or a name with brackets (`At("1s")`).
/// A field whose name is a word of Rust is declared `r#do` and written `do`.
/// Further traits to derive follow the name: `pub struct Service derive(Copy) {`.
macro_rules! raw_struct {
    (
        $(#[doc = $doc:literal])*
        $vis:vis struct $name:ident $(derive($($derive:ident),*))? {
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident : $ty:ty
                    $(where $low:literal ..= $high:literal)?
                    $(= $default:tt $(($($args:tt)*))?)?
            ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq $($(, $derive)*)?)]
        $vis struct $name {
            $($(#[doc = $field_doc])* $vis $field: $ty,)*
        }

        impl $name {
            /// What authors may write, as data.
            $vis const DESC: &'static $crate::scenario::decode::StructDesc =
                &$crate::scenario::decode::StructDesc {
                    name: stringify!($name),
                    docs: &[$($doc.trim_ascii()),*],
                    fields: &[$($crate::scenario::decode::raw_field!(
                        [$($field_doc),*] $field, $ty,
                        [$($low, $high)?] [$($default $(($($args)*))?)?]
                    )),*],
                };

            fn decode_as(
                node: &$crate::scenario::syntax::Node,
                unnamed: bool,
                cx: &mut $crate::scenario::decode::Cx<'_>,
            ) -> Option<Self> {
                let reader = &mut $crate::scenario::decode::StructReader::open(
                    node, Self::DESC, unnamed, cx,
                )?;
                $(let $field = $crate::scenario::decode::raw_read!(
                    reader, cx, $ty, [$($low, $high)?]
                );)*
                reader.close(cx);
                Some(Self { $($field: $field?,)* })
            }
        }

        impl $crate::scenario::decode::Decode for $name {
            fn describe() -> $crate::scenario::decode::TypeDesc {
                $crate::scenario::decode::TypeDesc::Struct(Self::DESC)
            }

            fn decode(
                node: &$crate::scenario::syntax::Node,
                cx: &mut $crate::scenario::decode::Cx<'_>,
            ) -> Option<Self> {
                Self::decode_as(node, false, cx)
            }

            fn decode_unnamed(
                node: &$crate::scenario::syntax::Node,
                cx: &mut $crate::scenario::decode::Cx<'_>,
            ) -> Option<Self> {
                Self::decode_as(node, true, cx)
            }
        }
    };
}

/// Declares a choice of the language.
///
/// ```text
/// raw_enum! {
///     /// When something begins.
///     pub enum Trigger {
///         /// Never.
///         Never,
///         /// At a time after the start.            (by position; the name is for messages)
///         At(time: Spanned<SimDuration>),
///         /// When a signal stays above a value.    (by name; defaults and ranges as in structs)
///         When { signal: Spanned<String>, above: f64, hold: SimDuration = "0s" },
///     }
/// }
/// ```
///
/// A variant with one value by position that is a struct takes that struct's fields in its own
/// brackets: `Service(instances: 4)` for `Service(it: Service)`.
macro_rules! raw_enum {
    (
        $(#[doc = $doc:literal])*
        $vis:vis enum $name:ident $(derive($($derive:ident),*))? {
            $(
                $(#[doc = $variant_doc:literal])*
                $variant:ident
                $((
                    $(
                        $(#[doc = $item_doc:literal])*
                        $item:ident : $item_ty:ty $(where $item_low:literal ..= $item_high:literal)?
                    ),* $(,)?
                ))?
                $({
                    $(
                        $(#[doc = $field_doc:literal])*
                        $field:ident : $ty:ty
                            $(where $low:literal ..= $high:literal)?
                            $(= $default:tt $(($($args:tt)*))?)?
                    ),* $(,)?
                })?
            ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq $($(, $derive)*)?)]
        $vis enum $name {
            $(
                $(#[doc = $variant_doc])*
                $variant
                $(($($(#[doc = $item_doc])* $item_ty),*))?
                $({$($(#[doc = $field_doc])* $field: $ty),*})?
            ),*
        }

        impl $name {
            /// What authors may write, as data.
            $vis const DESC: &'static $crate::scenario::decode::EnumDesc =
                &$crate::scenario::decode::EnumDesc {
                    name: stringify!($name),
                    docs: &[$($doc.trim_ascii()),*],
                    variants: &[$($crate::scenario::decode::VariantDesc {
                        name: stringify!($variant),
                        docs: &[$($variant_doc.trim_ascii()),*],
                        items: &[$($($crate::scenario::decode::raw_field!(
                            [$($item_doc),*] $item, $item_ty,
                            [$($item_low, $item_high)?] []
                        )),*)?],
                        fields: &[$($($crate::scenario::decode::raw_field!(
                            [$($field_doc),*] $field, $ty,
                            [$($low, $high)?] [$($default $(($($args)*))?)?]
                        )),*)?],
                    }),*],
                };
        }

        impl $crate::scenario::decode::Decode for $name {
            fn describe() -> $crate::scenario::decode::TypeDesc {
                $crate::scenario::decode::TypeDesc::Enum(Self::DESC)
            }

            fn decode(
                node: &$crate::scenario::syntax::Node,
                cx: &mut $crate::scenario::decode::Cx<'_>,
            ) -> Option<Self> {
                let chosen = $crate::scenario::decode::EnumReader::open(node, Self::DESC, cx)?;
                $(
                    if chosen.name() == stringify!($variant) {
                        let reader = &mut chosen.values(cx)?;
                        $($(let $item = $crate::scenario::decode::raw_read!(
                            reader, cx, $item_ty, [$($item_low, $item_high)?]
                        );)*)?
                        $($(let $field = $crate::scenario::decode::raw_read!(
                            reader, cx, $ty, [$($low, $high)?]
                        );)*)?
                        reader.close(cx);
                        return Some(
                            Self::$variant $(($($item?),*))? $({$($field: $field?),*})?
                        );
                    }
                )*
                None
            }
        }
    };
}

/// The description of one field.
macro_rules! raw_field {
    ([$($doc:literal),*] $field:ident, $ty:ty, [$($low:literal, $high:literal)?] [$($default:tt)*]) => {
        $crate::scenario::decode::FieldDesc {
            name: $crate::scenario::decode::plain_name(stringify!($field)),
            docs: &[$($doc.trim_ascii()),*],
            of: <$ty as $crate::scenario::decode::Decode>::describe,
            default: match stringify!($($default)*).as_bytes() {
                [] => None,
                _ => Some(stringify!($($default)*)),
            },
            range: $crate::scenario::decode::only(&[$((stringify!($low), stringify!($high)))?]),
            probe: $crate::scenario::decode::probe::<$ty>,
        }
    };
}

/// Reads one field, with its range where it has one.
macro_rules! raw_read {
    ($reader:ident, $cx:ident, $ty:ty, []) => {
        $reader.read::<$ty>($cx)
    };
    ($reader:ident, $cx:ident, $ty:ty, [$low:literal, $high:literal]) => {
        $reader.read_ranged::<$ty>($cx)
    };
}

pub(crate) use {raw_enum, raw_field, raw_read, raw_struct};
