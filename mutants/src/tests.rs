//! Checks of the generated text.

use crate::build::Seeding;
use crate::project::Source;
use crate::sites::{Mutant, Mutations};
use crate::splice::splice;

/// Returns the changes of a text, and the generated text without the prefix of the switch.
fn seeded(text: &str, left_out: impl Fn(&Mutant) -> bool) -> (Vec<String>, String) {
    let file = syn::parse_file(text).unwrap();
    let source = Source { path: "src/it.rs".to_owned(), text: text.to_owned(), file };
    let sources = [source];
    let seeded = Mutations::of(&sources, &[]).seed(&sources[0], &mut 1, &left_out);
    let generated = splice(text, &seeded.edits).text;
    syn::parse_file(&generated).unwrap_or_else(|error| panic!("{error}: {generated}"));
    let changes = seeded.mutants.iter().map(|mutant| format!("{}: {}", mutant.function, mutant.change));
    (changes.collect(), generated.replace("crate::mutation::active", "on"))
}

fn all(text: &str) -> (Vec<String>, String) {
    seeded(text, |_| false)
}

#[test]
fn operands_occur_once_and_nest() {
    let (changes, text) = all("struct A; impl A { fn f(&self) -> A { g(a() && b < 1) } }");
    assert_eq!(
        changes,
        ["A::f: a() && b < 1 → a() || b < 1", "A::f: b < 1 → b >= 1", "A::f: b < 1 → b <= 1"]
    );
    let comparison =
        "(((match (&(b), &(1)) { (__l, __r) => if on(3) { *__l <= *__r } else { *__l < *__r } })) != on(2))";
    assert!(text.contains(&format!("g((if (a()) != on(1) {{ {comparison} }} else {{ on(1) }}))")), "{text}");
}

#[test]
fn a_body_is_replaced_by_the_defaults_of_its_type() {
    let of = |output: &str| {
        let (changes, _) = all(&format!("#[derive(Default)] struct D; fn f() -> {output} {{ g() }}"));
        changes.iter().map(|change| change.trim_start_matches("f: body → ").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of("()"), ["()"]);
    assert_eq!(of("Result<bool, E>"), ["Ok(true)", "Ok(false)"]);
    assert_eq!(of("Option<Box<D>>"), ["None", "Some(Box::new(Default::default()))"]);
    assert_eq!(of("fmt::Result"), ["Ok(())"]);
    assert_eq!(of("Other"), <[&str; 0]>::default());
    assert_eq!(of("impl Iterator<Item = u8>"), <[&str; 0]>::default());
}

#[test]
fn arms_before_the_last_are_deleted_and_guards_decided() {
    let (changes, text) = all("fn f() -> X { match a { Some(1) => b, Some(n) if c(n) => d, _ => e } }");
    assert_eq!(changes, ["f: Some(1) => … → (arm deleted)", "f: if c(n) → if true", "f: if c(n) → if false"]);
    assert!(text.contains("Some(1) if !on(1) => b, Some(n) if (on(2) || !on(3) && (c(n))) => d"), "{text}");
}

#[test]
fn chains_with_let_keep_their_operators() {
    let (changes, text) = all("fn f() -> X { if let Some(a) = b && a == 1 { !c } else { d += e; } }");
    assert_eq!(changes, ["f: a == 1 → a != 1", "f: !c → c", "f: d += e → d -= e"]);
    assert!(text.contains("if let Some(a) = b && ((a == 1) != on(1)) {"), "{text}");
    assert!(text.contains("(match (e) { __r => if on(3) { d -= __r } else { d += __r } });"), "{text}");
}

#[test]
fn constants_tests_and_debug_output_have_no_mutants() {
    let text = "const A: usize = 1 + 2; const fn f() -> bool { 1 == 2 } #[cfg(test)] mod t { fn f() -> bool { a == b } }
        #[cfg(not(unix))] fn g() -> bool { a == b } impl fmt::Debug for B { fn fmt(&self) -> bool { a == b } }
        fn h() -> [u8; 1 + 2] { match a { 1..=2 => [0; 1 + 2], _ => m!(a == b) } }";
    assert_eq!(all(text).0, ["h: 1..=2 => … → (arm deleted)"]);
}

#[test]
fn what_is_left_out_keeps_its_text_and_its_number() {
    let (_, text) =
        seeded("fn f() -> X { a == b; c\n + d; e < f }", |mutant| mutant.change.contains(['=', '-']));
    assert_eq!(text, "fn f() -> X { a == b; c\n + d; e < f }");
    let (_, text) = seeded("fn f() -> X { a == b; c +\n d; }", |mutant| mutant.change.contains('='));
    assert!(text.contains("a == b; (match ((c), (\nd)) { (__l, __r) => if on(2) { __l - __r }"), "{text}");
}
