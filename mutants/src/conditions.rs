//! Whether `#[cfg]` keeps an item in the copy that is built: on Linux, without tests and without features.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, Meta, Token};

/// Returns whether an item with these attributes is compiled and is no test.
pub fn is_kept(attributes: &[Attribute]) -> bool {
    attributes.iter().all(|attribute| match &attribute.meta {
        Meta::Path(path) => !path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("cfg") => {
            list.parse_args::<Meta>().is_ok_and(|meta| holds(&meta))
        }
        _ => true,
    })
}

fn holds(meta: &Meta) -> bool {
    match meta {
        Meta::Path(path) => path.is_ident("unix") || path.is_ident("debug_assertions"),
        Meta::NameValue(pair) => {
            let value = match &pair.value {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Str(text) => text.value(),
                    _ => String::new(),
                },
                _ => String::new(),
            };
            (pair.path.is_ident("target_os") && value == "linux")
                || (pair.path.is_ident("target_family") && value == "unix")
        }
        Meta::List(list) => {
            let parts =
                list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).unwrap_or_default();
            match list.path.get_ident().map(ToString::to_string).as_deref() {
                Some("not") => !parts.iter().any(holds),
                Some("all") => parts.iter().all(holds),
                Some("any") => parts.iter().any(holds),
                _ => false,
            }
        }
    }
}
