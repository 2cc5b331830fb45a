//! The reading of sources, and the checks, on short examples.

use crate::layers::Layers;
use crate::modules::{Modules, cycles_of_files, cycles_of_folders};

fn imports(files: &[(&str, &str)]) -> Vec<String> {
    let modules = Modules::parse(files.iter().map(|(file, text)| ((*file).into(), (*text).into())));
    modules.imports().keys().map(|(from, to)| format!("{} {}", from.join("::"), to.join("::"))).collect()
}

const PARENT: &str =
    "pub mod b; mod c; pub use b::{B, sub::{self, D as E}}; pub use c::f; use crate::top::T;";

fn with(text: &str) -> Vec<String> {
    let files = [("a/b.rs", "pub struct B; pub mod sub;"), ("a/b/sub.rs", "pub struct D;")];
    let files =
        [&files[..], &[("a/c.rs", "pub fn f() {}"), ("a/mod.rs", PARENT), ("top.rs", "pub trait T {}")]];
    let mut found = imports(&[&files.concat()[..], &[("x.rs", text)]].concat());
    found.retain(|import| import.starts_with("x "));
    found
}

#[test]
fn a_name_is_followed_to_its_definition() {
    assert_eq!(with("use crate::a::{B, E};"), ["x a::b", "x a::b::sub"]);
    assert_eq!(with("use super::a::f;"), ["x a::c"]);
    assert_eq!(with("use crate::a; fn f() { a::sub::D; a::T }"), ["x a::b::sub", "x top"]);
    assert_eq!(with("pub use crate::a::b::*;"), ["x a::b"]);
    assert_eq!(with("fn f(_: &dyn crate::top::T) -> std::a::B { serde::a::B }"), ["x top"]);
}

#[test]
fn comments_literals_and_tests_import_nothing() {
    let nothing: [&str; 0] = [];
    assert_eq!(
        with("// crate::top::T\n/* use crate::top::T; */ const A: &str = \"\\\"crate::top::T\";"),
        nothing
    );
    assert_eq!(
        with("fn f<'a>() { ('\"', br#\"\"crate::top::T\"#, '\\'', \"use crate::top::T;\") }"),
        nothing
    );
    assert_eq!(
        with("#[cfg(test)] mod tests { use crate::top::T; } #[cfg(test)] use crate::{top::T};"),
        nothing
    );
    assert_eq!(
        imports(&[("a.rs", "#[cfg(test)] mod t;"), ("a/t.rs", "use crate::b::B;"), ("b.rs", "")]),
        nothing
    );
}

#[test]
fn a_parent_imports_what_it_uses_of_its_children() {
    let child = ("a/b.rs", "pub struct B; use super::A;");
    assert_eq!(imports(&[("a/mod.rs", "mod b; pub use b::B; struct A;"), child]), ["a::b a"]);
    let files = [("a/mod.rs", "mod b; pub use b::B; struct A(B);"), child];
    assert_eq!(imports(&files), ["a a::b", "a::b a"]);
}

#[test]
fn cycles_of_files_and_of_folders_are_found() {
    let parse =
        |files: [(&str, &str); 3]| Modules::parse(files.map(|(file, text)| (file.into(), text.into())));
    let files = [("a/x.rs", "use crate::b::x::X;"), ("a/y.rs", ""), ("b/x.rs", "use crate::a::y::Y;")];
    let imports = parse(files).imports();
    assert!(cycles_of_files(&imports).is_empty());
    assert_eq!(cycles_of_folders(&imports).len(), 1);
    let files = [("a.rs", "use crate::b::B;"), ("b.rs", "use crate::c::C;"), ("c.rs", "use crate::a::A;")];
    let cycles = cycles_of_files(&parse(files).imports());
    assert!(cycles[0].contains("c imports from a: {\"crate::a::A\"}"), "{cycles:?}");
}

#[test]
fn layers_import_what_is_below_them_and_keep_to_their_limits() {
    let layers = Layers::parse("```layers\nlow\nmid\nmid/x mid/y\ntop side\ntop -> mid mid/x/z\n```\n");
    let allow = |from: &str, to: &str| {
        let path = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
        layers.allow(&path(from), &path(to))
    };
    assert!(
        allow("mid/x/z", "low") && allow("mid/x", "mid/z") && allow("top", "mid/z") && allow("side", "low")
    );
    assert!(
        allow("top/a", "top/b") && allow("top", "mid/x/z") && !allow("top", "mid/x") && !allow("top", "low")
    );
    assert!(
        !allow("low", "mid") && !allow("mid", "mid/x") && !allow("mid/x", "mid/y") && !allow("side", "top")
    );
}
