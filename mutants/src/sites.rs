//! The places of a file that get mutants, and the generated text that holds them all.
//!
//! Each mutant is a branch on `crate::mutation::active(NUMBER)`. The generated text evaluates each operand where and as often
//! as the original does, so that mutants can be nested without copies of each other.

use std::ops::Range;

use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, Signature, UnOp};

use crate::build::Seeding;
use crate::conditions::is_kept;
use crate::defaults::{Defaults, name_of};
use crate::project::Source;
use crate::splice::Edit;
use crate::syntax::{Awaits, brief, brief_end, catches_all, counterpart, has_let, range, squeezed};

/// A small change of the program.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The number, which the environment variable of the copy holds.
    pub number: u32,
    /// The path of the file from the root.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The function, with the type that it belongs to.
    pub function: String,
    /// The change in words: `original → mutant`.
    pub change: String,
}

/// The mutants of a file and the edits that make them.
#[derive(Default)]
pub struct Seeded {
    /// The mutants, without those that are left out.
    pub mutants: Vec<Mutant>,
    /// The mutants that are left out.
    pub left_out: Vec<Mutant>,
    /// The edits in the order of their places.
    pub edits: Vec<Edit>,
}

/// The small changes of all files but the excluded ones.
pub struct Mutations<'a> {
    defaults: Defaults,
    excluded: &'a [String],
}

impl<'a> Mutations<'a> {
    /// Reads the types of all files.
    pub fn of(sources: &[Source], excluded: &'a [String]) -> Self {
        let mut defaults = Defaults::default();
        sources.iter().for_each(|source| defaults.add(&source.file.items));
        Self { defaults, excluded }
    }
}

impl Seeding for Mutations<'_> {
    fn seed(&self, source: &Source, next: &mut u32, left_out: &dyn Fn(&Mutant) -> bool) -> Seeded {
        if self.excluded.contains(&source.path) {
            return Seeded::default();
        }
        let mut seeder = Seeder {
            source,
            defaults: &self.defaults,
            next,
            left_out,
            owner: None,
            function: Vec::new(),
            seeded: Seeded::default(),
        };
        seeder.visit_file(&source.file);
        seeder.seeded
    }
}

struct Seeder<'a> {
    source: &'a Source,
    defaults: &'a Defaults,
    next: &'a mut u32,
    left_out: &'a dyn Fn(&Mutant) -> bool,
    owner: Option<String>,
    function: Vec<String>,
    seeded: Seeded,
}

impl Seeder<'_> {
    fn text(&self, range: &Range<usize>) -> &str {
        &self.source.text[range.clone()]
    }

    /// Notes a mutant. Returns its condition, or `None` if it is left out.
    fn mutant(&mut self, at: usize, change: String) -> Option<(u32, String)> {
        let number = *self.next;
        *self.next += 1;
        let mut function = self.function.join("::");
        if let (Some(owner), false) = (&self.owner, function.is_empty()) {
            function = format!("{owner}::{function}");
        }
        let line = self.source.text[..at].matches('\n').count() + 1;
        let mutant = Mutant { number, file: self.source.path.clone(), line, function, change };
        if (self.left_out)(&mutant) {
            self.seeded.left_out.push(mutant);
            return None;
        }
        self.seeded.mutants.push(mutant);
        Some((number, format!("crate::mutation::active({number})")))
    }

    fn edit(&mut self, range: Range<usize>, text: String, opens: Vec<u32>, closes: Vec<u32>) {
        self.seeded.edits.push(Edit { range, text, opens, closes });
    }

    fn insert(&mut self, at: usize, text: String, opens: &[u32], closes: &[u32]) {
        self.edit(at..at, text, opens.to_vec(), closes.to_vec());
    }

    /// Describes the replacement of a binary operator.
    fn describe(&self, left: &Range<usize>, from: &str, to: &str, right: &Range<usize>) -> String {
        let (left, right) = (brief_end(self.text(left)), brief(self.text(right)));
        format!("{left} {from} {right} → {left} {to} {right}")
    }

    fn binary(&mut self, whole: &Expr, left: &Expr, operator: BinOp, right: &Expr) {
        let (all, a, b) = (range(whole), range(left), range(right));
        let sign = self.text(&range(&operator)).to_owned();
        let between = a.end..b.start;
        match operator {
            BinOp::And(_) | BinOp::Or(_) => {
                let other = if sign == "&&" { "||" } else { "&&" };
                let change = self.describe(&a, &sign, other, &b);
                let Some((number, on)) = (!has_let(whole)).then(|| self.mutant(a.end, change)).flatten()
                else {
                    return visit::visit_expr(self, whole);
                };
                let (comparison, end) =
                    if sign == "&&" { ("!=", on.clone()) } else { ("==", format!("!{on}")) };
                self.insert(all.start, "(if (".to_owned(), &[number], &[]);
                self.visit_expr(left);
                self.edit(between, format!(") {comparison} {on} {{ "), Vec::new(), Vec::new());
                self.visit_expr(right);
                self.insert(all.end, format!(" }} else {{ {end} }})"), &[], &[number]);
            }
            BinOp::Eq(_) | BinOp::Ne(_) => {
                let other = if sign == "==" { "!=" } else { "==" };
                let change = self.describe(&a, &sign, other, &b);
                let Some((number, on)) = self.mutant(a.end, change) else {
                    return visit::visit_expr(self, whole);
                };
                self.insert(all.start, "((".to_owned(), &[number], &[]);
                visit::visit_expr(self, whole);
                self.insert(all.end, format!(") != {on})"), &[], &[number]);
            }
            BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) => {
                self.ordering(whole, left, &sign, right)
            }
            _ => {
                let Some(other) = counterpart(sign.trim_end_matches('=')) else {
                    return visit::visit_expr(self, whole);
                };
                if sign.ends_with('=') {
                    self.assignment(whole, left, &sign, &format!("{other}="), right);
                } else {
                    let change = self.describe(&a, &sign, other, &b);
                    let Some((number, on)) = self.mutant(a.end, change) else {
                        return visit::visit_expr(self, whole);
                    };
                    self.insert(all.start, "(match ((".to_owned(), &[number], &[]);
                    self.visit_expr(left);
                    self.edit(between, "), (".to_owned(), Vec::new(), Vec::new());
                    self.visit_expr(right);
                    let end = format!(
                        ")) {{ (__l, __r) => if {on} {{ __l {other} __r }} else {{ __l {sign} __r }} }})"
                    );
                    self.insert(all.end, end, &[], &[number]);
                }
            }
        }
    }

    /// A comparison gets its negation and its neighbour at the boundary.
    fn ordering(&mut self, whole: &Expr, left: &Expr, sign: &str, right: &Expr) {
        let (all, a, b) = (range(whole), range(left), range(right));
        let (negation, neighbour) = match sign {
            "<" => (">=", "<="),
            "<=" => (">", "<"),
            ">" => ("<=", ">="),
            _ => ("<", ">"),
        };
        let changes = [negation, neighbour].map(|other| self.describe(&a, sign, other, &b));
        let [negated, moved] = changes.map(|change| self.mutant(a.end, change));
        let moved = moved.filter(|_| !Awaits::in_expression(whole));
        if let Some((number, _)) = &negated {
            self.insert(all.start, "((".to_owned(), &[*number], &[]);
        }
        if let Some((number, on)) = &moved {
            self.insert(all.start, "(match (&(".to_owned(), &[*number], &[]);
            self.visit_expr(left);
            self.edit(a.end..b.start, "), &(".to_owned(), Vec::new(), Vec::new());
            self.visit_expr(right);
            let end = format!(
                ")) {{ (__l, __r) => if {on} {{ *__l {neighbour} *__r }} else {{ *__l {sign} *__r }} }})"
            );
            self.insert(all.end, end, &[], &[*number]);
        } else {
            visit::visit_expr(self, whole);
        }
        if let Some((number, on)) = &negated {
            self.insert(all.end, format!(") != {on})"), &[], &[*number]);
        }
    }

    fn assignment(&mut self, whole: &Expr, left: &Expr, sign: &str, other: &str, right: &Expr) {
        let (all, a, b) = (range(whole), range(left), range(right));
        let change = self.describe(&a, sign, other, &b);
        let Some((number, on)) = self.mutant(a.end, change) else { return visit::visit_expr(self, whole) };
        let place = self.text(&a).to_owned();
        self.edit(all.start..b.start, "(match (".to_owned(), vec![number], Vec::new());
        self.visit_expr(right);
        let end = format!(") {{ __r => if {on} {{ {place} {other} __r }} else {{ {place} {sign} __r }} }})")
            .replace('\n', " ");
        self.insert(all.end, end, &[], &[number]);
    }

    fn unary(&mut self, whole: &Expr, operator: UnOp, operand: &Expr) {
        let (all, inner) = (range(whole), range(operand));
        let sign = match operator {
            UnOp::Not(_) => "!",
            UnOp::Neg(_) if !matches!(operand, Expr::Lit(_)) => "-",
            _ => return visit::visit_expr(self, whole),
        };
        let operand_text = brief(self.text(&inner));
        let change = format!("{sign}{operand_text} → {operand_text}");
        let Some((number, on)) = self.mutant(all.start, change) else {
            return visit::visit_expr(self, whole);
        };
        if sign == "!" {
            self.insert(all.start, "((".to_owned(), &[number], &[]);
            visit::visit_expr(self, whole);
            self.insert(all.end, format!(") != {on})"), &[], &[number]);
        } else {
            self.edit(all.start..inner.start, "(match (".to_owned(), vec![number], Vec::new());
            self.visit_expr(operand);
            self.insert(
                all.end,
                format!(") {{ __v => if {on} {{ __v }} else {{ -__v }} }})"),
                &[],
                &[number],
            );
        }
    }

    fn arms(&mut self, whole: &syn::ExprMatch) {
        self.visit_expr(&whole.expr);
        let catch_all = whole.arms.iter().rposition(|arm| arm.guard.is_none() && catches_all(&arm.pat));
        for (index, arm) in whole.arms.iter().enumerate() {
            if !is_kept(&arm.attrs) {
                continue;
            }
            let pattern = range(&arm.pat);
            if let Some((_, guard)) = &arm.guard {
                self.guard(guard);
            } else if catch_all.is_some_and(|last| index < last) {
                let change = format!("{} => … → (arm deleted)", brief(self.text(&pattern)));
                if let Some((number, on)) = self.mutant(pattern.start, change) {
                    self.insert(pattern.end, format!(" if !{on}"), &[number], &[number]);
                }
            }
            self.visit_expr(&arm.body);
        }
    }

    fn guard(&mut self, guard: &Expr) {
        if has_let(guard) {
            return self.visit_expr(guard);
        }
        let all = range(guard);
        let text = brief(self.text(&all));
        let always = self.mutant(all.start, format!("if {text} → if true"));
        let never = self.mutant(all.start, format!("if {text} → if false"));
        let numbers: Vec<u32> = always.iter().chain(&never).map(|(number, _)| *number).collect();
        let yes = always.map(|(_, on)| format!("{on} || ")).unwrap_or_default();
        let no = never.map(|(_, on)| format!("!{on} && ")).unwrap_or_default();
        self.insert(all.start, format!("({yes}{no}("), &numbers, &[]);
        self.visit_expr(guard);
        self.insert(all.end, "))".to_owned(), &[], &numbers);
    }

    fn body(&mut self, attributes: &[syn::Attribute], signature: &Signature, block: &Block) {
        if !is_kept(attributes) || signature.constness.is_some() {
            return;
        }
        self.function.push(signature.ident.to_string());
        let inside = range(block);
        let text = squeezed(self.text(&(inside.start + 1..inside.end - 1)));
        // A body that calls itself through `Default` would overflow the stack and be caught for nothing.
        if signature.ident != "default" && !text.is_empty() {
            let values = self.defaults.of(&signature.output, self.owner.as_deref());
            for value in values.into_iter().filter(|value| **value != text) {
                let change = format!("body → {value}");
                if let Some((number, on)) = self.mutant(range(&signature.ident).start, change) {
                    let at = inside.start + 1;
                    self.insert(at, format!(" if {on} {{ return {value}; }}"), &[number], &[number]);
                }
            }
        }
        visit::visit_block(self, block);
        self.function.pop();
    }
}

impl<'ast> Visit<'ast> for Seeder<'_> {
    fn visit_expr(&mut self, expression: &'ast Expr) {
        match expression {
            Expr::Binary(binary) => self.binary(expression, &binary.left, binary.op, &binary.right),
            Expr::Unary(unary) => self.unary(expression, unary.op, &unary.expr),
            Expr::Match(whole) => self.arms(whole),
            Expr::Const(_) => {}
            Expr::Block(block) if !is_kept(&block.attrs) => {}
            Expr::Repeat(repeat) => self.visit_expr(&repeat.expr),
            _ => visit::visit_expr(self, expression),
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.body(&item.attrs, &item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.body(&item.attrs, &item.sig, &item.block);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.body(&item.attrs, &item.sig, block);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let of_debug = item.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
        if is_kept(&item.attrs) && of_debug.is_none_or(|name| name.ident != "Debug") {
            let before = std::mem::replace(&mut self.owner, name_of(&item.self_ty));
            visit::visit_item_impl(self, item);
            self.owner = before;
        }
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        if is_kept(&item.attrs) {
            let before = self.owner.replace(item.ident.to_string());
            visit::visit_item_trait(self, item);
            self.owner = before;
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if is_kept(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if is_kept(&local.attrs) {
            visit::visit_local(self, local);
        }
    }

    // Constants are evaluated by the compiler, patterns and types hold no expressions of the program.
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_item_enum(&mut self, _: &'ast syn::ItemEnum) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_trait_item_const(&mut self, _: &'ast syn::TraitItemConst) {}
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}
    fn visit_generics(&mut self, _: &'ast syn::Generics) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}
