//! The blocks of a file that can stand twice in it, as they are and changed.

use std::ops::Range;

use syn::visit::{self, Visit};
use syn::{Block, ReturnType, Signature, Type};

use crate::syntax::range;

/// Returns the places of the blocks, braces included, each before those within it. Left out are the bodies of functions that
/// return an `impl` type, which can only be one type.
pub fn blocks(file: &syn::File) -> Vec<Range<usize>> {
    let mut blocks = Blocks(Vec::new());
    blocks.visit_file(file);
    blocks.0
}

struct Blocks(Vec<Range<usize>>);

impl Blocks {
    fn function(&mut self, signature: &Signature, block: &Block) {
        if signature.constness.is_some() {
            return;
        }
        let output = match &signature.output {
            ReturnType::Type(_, output) => Some(&**output),
            ReturnType::Default => None,
        };
        match output {
            Some(Type::ImplTrait(_)) => visit::visit_block(self, block),
            _ => self.visit_block(block),
        }
    }
}

impl<'ast> Visit<'ast> for Blocks {
    fn visit_block(&mut self, block: &'ast Block) {
        self.0.push(range(block));
        visit::visit_block(self, block);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
    }

    // The compiler evaluates these.
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_trait_item_const(&mut self, _: &'ast syn::TraitItemConst) {}
    fn visit_type(&mut self, _: &'ast Type) {}
}
