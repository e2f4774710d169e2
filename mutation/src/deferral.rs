//! Which constants and `const fn`s can be evaluated at run time, where a mutant can be chosen. A
//! constant becomes a function of its name, and each use of it a call.

use std::collections::{HashMap, HashSet};

use anyhow::{Context as _, Result};
use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::mutant::{Mutant, Position};

/// What the compiler may evaluate. What calls a `const fn` is known by its last name, so all of one
/// name count as one.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Value {
    /// A private constant: its file and name.
    Constant(String, String),
    Function(String),
}

/// Where a value is needed.
#[derive(Clone)]
enum Place {
    RunTime,
    CompileTime,
    /// Where the value of this is.
    In(Value),
}

/// What is evaluated at run time.
#[derive(Default)]
pub struct Deferral(HashSet<Value>);

impl Deferral {
    pub fn has_function(&self, name: &str) -> bool {
        self.0.contains(&Value::Function(name.to_owned()))
    }

    pub fn has_constant(&self, file: &str, name: &str) -> bool {
        self.0.contains(&Value::Constant(file.to_owned(), name.to_owned()))
    }

    /// What contains mutants, and what needs that. These are all files that are compiled; those
    /// without mutants are not changed.
    pub fn new(files: &[(&str, String)], mutants: &[Mutant]) -> Result<Self> {
        let mut reader = Reader::new(mutants);
        for (name, source) in files {
            reader.read(name, source).with_context(|| (*name).to_owned())?;
        }
        Ok(Self(reader.deferred()))
    }
}

struct Reader<'a> {
    mutants: &'a [Mutant],
    file: String,
    /// Whether the file has mutants.
    is_changed: bool,
    place: Place,
    /// How often each file has each identifier,
    identifiers: HashMap<String, HashMap<String, usize>>,
    /// and how often where a constant is declared or used.
    understood: HashMap<Value, usize>,
    constants: HashSet<Value>,
    mutated: HashSet<Value>,
    uses: Vec<(Value, Place)>,
    /// What formats have in braces.
    texts: String,
}

impl<'a> Reader<'a> {
    fn new(mutants: &'a [Mutant]) -> Self {
        Self {
            mutants,
            file: String::new(),
            is_changed: false,
            place: Place::RunTime,
            identifiers: HashMap::new(),
            understood: HashMap::new(),
            constants: HashSet::new(),
            mutated: HashSet::new(),
            uses: vec![],
            texts: String::new(),
        }
    }

    fn read(&mut self, file: &str, source: &str) -> Result<()> {
        file.clone_into(&mut self.file);
        self.is_changed = self.mutants.iter().any(|mutant| mutant.file == file);
        let mut counts = HashMap::new();
        for name in identifiers(source.parse().map_err(|error| anyhow::anyhow!("{error}"))?) {
            *counts.entry(name.to_string()).or_default() += 1;
        }
        self.identifiers.insert(file.to_owned(), counts);
        self.texts += source;
        self.visit_file(&syn::parse_file(source)?);
        Ok(())
    }

    fn deferred(self) -> HashSet<Value> {
        let is_hidden = |value: &&Value| self.is_used_elsewhere(value);
        let mut fixed: HashSet<Value> = self.constants.iter().filter(is_hidden).cloned().collect();
        let mut deferred = self.mutated;
        loop {
            let before = (deferred.len(), fixed.len());
            for (used, place) in &self.uses {
                match place {
                    Place::RunTime => (),
                    Place::CompileTime => drop(fixed.insert(used.clone())),
                    Place::In(user) if fixed.contains(user) => drop(fixed.insert(used.clone())),
                    Place::In(user) if deferred.contains(used) => {
                        deferred.insert(user.clone());
                    }
                    Place::In(_) => (),
                }
            }
            if before == (deferred.len(), fixed.len()) {
                break;
            }
        }
        deferred.retain(|value| !fixed.contains(value));
        deferred
    }

    /// Whether a constant may be used where a call cannot be written: in a pattern, a macro or a
    /// module below.
    fn is_used_elsewhere(&self, value: &Value) -> bool {
        let Value::Constant(file, name) = value else { return false };
        let below = file.strip_suffix("mod.rs").or_else(|| file.strip_suffix("lib.rs"));
        let below = below.map_or_else(|| file.replace(".rs", "/"), str::to_owned);
        let is_below = |other: &str| other != file && other.starts_with(&below);
        let is_own =
            |other: &str| self.constants.contains(&Value::Constant(other.to_owned(), name.clone()));
        let mut others = self.identifiers.iter().filter(|(other, _)| is_below(other));
        self.identifiers[file][name] != self.understood[value]
            || self.texts.contains(&format!("{{{name}"))
            || others.any(|(other, counts)| counts.contains_key(name) && !is_own(other))
    }

    fn constant(&self, name: &Ident) -> Value {
        Value::Constant(self.file.clone(), name.to_string())
    }

    fn used(&mut self, name: &Ident) {
        self.uses.push((Value::Function(name.to_string()), self.place.clone()));
    }

    fn at(&mut self, place: Place, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.place, place);
        visit(self);
        self.place = outer;
    }

    /// What has its value computed, if it may be, by the compiler.
    fn in_value(&mut self, value: Value, node: &impl Spanned, visit: impl FnOnce(&mut Self)) {
        if !self.is_changed {
            return self.at(Place::CompileTime, visit);
        }
        let (start, end) = (Position::start(node), Position::end(node));
        let is_inside = |mutant: &&Mutant| {
            mutant.file == self.file && (start..end).contains(&mutant.span.start)
        };
        if self.mutants.iter().any(|mutant| is_inside(&mutant)) {
            self.mutated.insert(value.clone());
        }
        self.at(Place::In(value), visit);
    }

    fn in_function(
        &mut self,
        signature: &syn::Signature,
        node: &impl Spanned,
        visit: impl FnOnce(&mut Self),
    ) {
        match signature.constness {
            Some(_) => self.in_value(Value::Function(signature.ident.to_string()), node, visit),
            None => self.at(Place::RunTime, visit),
        }
    }
}

/// Everything in these is needed when the program is compiled.
macro_rules! compile_time {
    ($($visit:ident: $node:ident,)*) => {
        $(fn $visit(&mut self, node: &'ast syn::$node) {
            self.at(Place::CompileTime, |reader| visit::$visit(reader, node));
        })*
    };
}

impl<'ast> Visit<'ast> for Reader<'_> {
    compile_time! {
        visit_item_static: ItemStatic,
        visit_impl_item_const: ImplItemConst,
        visit_trait_item_const: TraitItemConst,
        visit_expr_const: ExprConst,
        visit_type_array: TypeArray,
        visit_generic_argument: GenericArgument,
        visit_variant: Variant,
        visit_pat: Pat,
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        if !can_be_a_function(item) {
            return self.at(Place::CompileTime, |reader| visit::visit_item_const(reader, item));
        }
        let constant = self.constant(&item.ident);
        *self.understood.entry(constant.clone()).or_default() += 1;
        self.constants.insert(constant.clone());
        self.in_value(constant, item, |reader| visit::visit_item_const(reader, item));
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.in_function(&item.sig, item, |reader| visit::visit_item_fn(reader, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.in_function(&item.sig, item, |reader| visit::visit_impl_item_fn(reader, item));
    }

    fn visit_expr_repeat(&mut self, repeat: &'ast syn::ExprRepeat) {
        self.visit_expr(&repeat.expr);
        self.at(Place::CompileTime, |reader| reader.visit_expr(&repeat.len));
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some(segment) = path.path.segments.last() {
            self.used(&segment.ident);
        }
        if let Some(name) = path.path.get_ident() {
            let constant = self.constant(name);
            *self.understood.entry(constant.clone()).or_default() += 1;
            self.uses.push((constant, self.place.clone()));
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.used(&call.method);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        identifiers(called.tokens.clone()).iter().for_each(|name| self.used(name));
    }
}

/// Others than private ones are used in other files.
pub fn can_be_a_function(constant: &syn::ItemConst) -> bool {
    matches!(constant.vis, syn::Visibility::Inherited) && constant.ident != "_"
}

fn identifiers(tokens: TokenStream) -> Vec<Ident> {
    let found = tokens.into_iter().flat_map(|token| match token {
        TokenTree::Ident(name) => vec![name],
        TokenTree::Group(group) => identifiers(group.stream()),
        _ => vec![],
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutant::{Genre, Span};

    /// The names of what is deferred, where every `*` of the first file is a mutant.
    fn deferred(files: &[(&str, &str)]) -> Vec<String> {
        let (file, source) = files[0];
        let mutants: Vec<_> = source
            .match_indices('*')
            .map(|(at, _)| {
                let start = Position { line: 1, column: at + 1 };
                let span = Span { start, end: Position { line: 1, column: at + 2 } };
                let (genre, replacement, function) = (Genre::BinaryOperator, "+".into(), None);
                Mutant {
                    file: file.into(),
                    name: String::new(),
                    genre,
                    replacement,
                    span,
                    function,
                }
            })
            .collect();
        let files: Vec<_> = files.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
        let names =
            Deferral::new(&files, &mutants).unwrap().0.into_iter().map(|value| match value {
                Value::Constant(_, name) | Value::Function(name) => name,
            });
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn what_needs_something_deferred_is_deferred_and_no_more() {
        let source = "const A: u8 = 2 * 3; const B: u8 = f(A); const fn f(x: u8) -> u8 { x } \
            const C: u8 = f(1); const fn g() -> u8 { B }";
        assert_eq!(deferred(&[("src/a.rs", source)]), ["A", "B", "g"]);
    }

    #[test]
    fn what_the_compiler_must_know_stays() {
        for source in [
            "const A: u8 = 2 * 3; fn f(b: [u8; A]) {}",
            "const A: u8 = 2 * 3; static B: u8 = A;",
            "const A: u8 = 2 * 3; pub const B: u8 = A;",
            "const A: u8 = 2 * 3; impl S { const B: u8 = A; }",
            "const A: u8 = 2 * 3; const B: u8 = A; fn f() { [0; B]; }",
            "const A: u8 = 2 * 3; fn f(x: u8) { match x { A => (), _ => () } }",
            "const A: u8 = 2 * 3; fn f() { assert!(A > 1); }",
            "const A: u8 = 2 * 3; fn f() { print(\"{A}\"); }",
            "const A: u8 = 2 * 3; enum E { B = A }",
            "const A: u8 = 2 * 3; fn f() { const { A }; }",
            "const A: u8 = 2 * 3; fn f() { S::<A>::new(); S::<{ A }>::new(); }",
            "pub const A: u8 = 2 * 3;",
            "const fn f(x: u8) -> u8 { x * 2 } static B: u8 = S::f(1);",
            "const fn f(x: u8) -> u8 { x * 2 } static B: u8 = S.f();",
            "const fn f(x: u8) -> u8 { x * 2 } static B: u8 = max!(f(1));",
        ] {
            assert_eq!(deferred(&[("src/a.rs", source)]), [""; 0], "{source}");
        }
        let source = "const A: u8 = 2 * 3;";
        assert_eq!(deferred(&[("src/a.rs", source), ("src/a/b.rs", "use super::A;")]), [""; 0]);
        assert_eq!(deferred(&[("src/a.rs", source), ("src/a/b.rs", "const A: u8 = 1;")]), ["A"]);
        assert_eq!(deferred(&[("src/a.rs", source), ("src/b.rs", "use c::A;")]), ["A"]);
        let source = "const fn f(x: u8) -> u8 { x * 2 }";
        assert_eq!(
            deferred(&[("src/a.rs", source), ("proptests/b.rs", "const B: u8 = f(1);")]),
            [""; 0]
        );
        assert_eq!(deferred(&[("src/a.rs", source), ("src/b.rs", "fn g() { f(1); }")]), ["f"]);
    }
}
