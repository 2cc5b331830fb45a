//! Questions about the syntax of a file, and descriptions of its parts.

use std::ops::Range;

use syn::Expr;
use syn::spanned::Spanned;
use syn::visit::Visit;

/// Finds `await` in an expression: its operands must not be borrowed meanwhile.
pub struct Awaits(bool);

impl Awaits {
    /// Returns whether an expression contains `await`.
    pub fn in_expression(expression: &Expr) -> bool {
        let mut awaits = Self(false);
        awaits.visit_expr(expression);
        awaits.0
    }
}

impl<'ast> Visit<'ast> for Awaits {
    fn visit_expr_await(&mut self, _: &'ast syn::ExprAwait) {
        self.0 = true;
    }
}

/// Returns the bytes of the text that a part of it occupies.
pub fn range(of: &impl Spanned) -> Range<usize> {
    of.span().byte_range()
}

/// Returns the operator that takes the place of another one.
pub fn counterpart(sign: &str) -> Option<&'static str> {
    Some(match sign {
        "+" => "-",
        "-" => "+",
        "*" => "/",
        "/" | "%" => "*",
        "|" | "^" => "&",
        "&" => "|",
        "<<" => ">>",
        ">>" => "<<",
        _ => return None,
    })
}

/// Returns whether a condition is a chain with `let`.
pub fn has_let(expression: &Expr) -> bool {
    match expression {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

/// Returns whether a pattern matches every value.
pub fn catches_all(pattern: &syn::Pat) -> bool {
    match pattern {
        syn::Pat::Wild(_) => true,
        syn::Pat::Ident(ident) => {
            ident.subpat.is_none() && ident.ident.to_string().starts_with(|first: char| first.is_lowercase())
        }
        _ => false,
    }
}

/// Returns a text on one line.
pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The length of the operands in descriptions.
const BRIEF: usize = 40;

/// Shortens a text to its beginning.
pub fn brief(text: &str) -> String {
    let text = squeezed(text);
    if text.chars().count() <= BRIEF { text } else { text.chars().take(BRIEF).chain(['…']).collect() }
}

/// Shortens a text to its end.
pub fn brief_end(text: &str) -> String {
    let text = squeezed(text);
    let length = text.chars().count();
    if length <= BRIEF {
        text
    } else {
        std::iter::once('…').chain(text.chars().skip(length - BRIEF)).collect()
    }
}
