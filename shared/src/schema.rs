//! What the types look like that write themselves, for programs that ask.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::api::ProblemCode;
use crate::id::Uuid;
use crate::meeting::Meeting;
use crate::time::Timestamp;

macro_rules! texts {
    ($($type:ident: $schema:tt,)*) => {$(
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

texts! {
    Uuid: { "type": "string", "format": "uuid" },
    Timestamp: { "type": "string", "format": "date-time" },
    Meeting: { "type": "string" },
    ProblemCode: { "type": "string" },
}
