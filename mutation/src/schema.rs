//! A source file with all its mutants in it. Each keeps the original code beside the changed code, and
//! asks at run time which of them to run.

use std::collections::HashMap;
use std::ops::Range;

use anyhow::Result;
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::deferral::{Deferral, can_be_a_function};
use crate::mutant::{Genre, Mutant, Position};

/// A mutant and its number.
pub type Numbered<'a> = (usize, &'a Mutant);

pub struct Schema {
    pub text: String,
    /// The changed code of a mutant.
    branches: Vec<(Range<usize>, usize)>,
    /// What surrounds changed and original code, from outside to inside.
    regions: Vec<(Range<usize>, Vec<usize>)>,
    /// Mutants of code that was not found.
    pub left: Vec<usize>,
}

impl Schema {
    pub fn new(
        file: &str,
        source: &str,
        mutants: &[Numbered],
        deferral: &Deferral,
    ) -> Result<Self> {
        let mut places: HashMap<_, Vec<Numbered>> = HashMap::new();
        for mutant in mutants {
            places.entry((mutant.1.genre, mutant.1.span.start)).or_default().push(*mutant);
        }
        let starts = source.match_indices('\n').map(|(at, _)| at + 1);
        let lines = [0].into_iter().chain(starts).collect();
        let (insertions, nodes) = (vec![], vec![]);
        let mut finder = Finder { file, source, deferral, lines, places, insertions, nodes };
        finder.visit_file(&syn::parse_file(source)?);
        let left = finder.places.into_values().flatten().map(|(number, _)| number).collect();
        let (mut insertions, mut regions) = (finder.insertions, vec![]);
        insertions.sort_by_key(|insertion| {
            let node = insertion.node as isize;
            (insertion.at, insertion.is_before, if insertion.is_before { node } else { -node })
        });
        for mutants in finder.nodes {
            regions.push((Range { start: usize::MAX, end: 0 }, mutants));
        }
        let (mut text, mut branches, mut copied) = (String::new(), vec![], 0);
        for insertion in insertions {
            text += &source[copied..insertion.at];
            copied = insertion.at;
            let start = text.len();
            text += &insertion.text;
            let range = start..text.len();
            let region = &mut regions[insertion.node].0;
            *region = region.start.min(range.start)..region.end.max(range.end);
            branches.extend(insertion.mutant.map(|mutant| (range, mutant)));
        }
        text += &source[copied..];
        Ok(Self { text, branches, regions, left })
    }

    /// The mutant whose own code is here.
    pub fn mutant_at(&self, at: usize) -> Option<usize> {
        self.branches.iter().find(|(range, _)| range.contains(&at)).map(|(_, mutant)| *mutant)
    }

    /// The mutants of the smallest piece of code that is here.
    pub fn mutants_around(&self, at: usize) -> &[usize] {
        let mut around = self.regions.iter().rev();
        around
            .find(|(range, mutants)| range.contains(&at) && !mutants.is_empty())
            .map_or(&[], |(_, mutants)| mutants)
    }
}

/// A text that comes before or after a node of the syntax tree. Nodes are numbered from outside to
/// inside.
struct Insertion {
    at: usize,
    node: usize,
    is_before: bool,
    text: String,
    /// If the text is the changed code of a mutant.
    mutant: Option<usize>,
}

struct Finder<'a> {
    file: &'a str,
    source: &'a str,
    deferral: &'a Deferral,
    /// Where each line begins.
    lines: Vec<usize>,
    places: HashMap<(Genre, Position), Vec<Numbered<'a>>>,
    insertions: Vec<Insertion>,
    /// The mutants of each node.
    nodes: Vec<Vec<usize>>,
}

impl<'a> Finder<'a> {
    fn take(&mut self, genre: Genre, span: Span) -> Vec<Numbered<'a>> {
        self.places.remove(&(genre, Position::start(&span))).unwrap_or_default()
    }

    fn byte(&self, position: Position) -> usize {
        let line = self.lines[position.line - 1];
        let mut characters = self.source[line..].char_indices();
        characters.nth(position.column - 1).map_or(self.source.len(), |(at, _)| line + at)
    }

    fn node(&mut self, mutants: &[Numbered]) {
        self.nodes.push(mutants.iter().map(|(number, _)| *number).collect());
    }

    fn insert(&mut self, at: usize, is_before: bool, text: String, mutant: Option<usize>) {
        let node = self.nodes.len() - 1;
        self.insertions.push(Insertion { at, node, is_before, text, mutant });
    }

    /// Code is put in a comment, and another in its place.
    fn replace(&mut self, code: &impl Spanned, with: &str) {
        self.node(&[]);
        let Range { start, end } = code.span().byte_range();
        self.insert(start, true, format!("{with}/*"), None);
        self.insert(end, false, "*/".into(), None);
    }

    /// A call of each constant that became a function.
    fn with_calls(&self, code: &str) -> String {
        let mut changed = String::new();
        for word in code.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_')) {
            let name = word.trim_end_matches(|c: char| !(c.is_alphanumeric() || c == '_'));
            changed += name;
            if self.deferral.has_constant(self.file, name) {
                changed += "()";
            }
            changed += &word[name.len()..];
        }
        changed
    }

    /// An expression becomes a choice between itself and its mutants. The original comes first: its
    /// type is the one that counts.
    fn choice(&mut self, span: Span, mutants: &[Numbered]) {
        if mutants.is_empty() {
            return;
        }
        self.node(mutants);
        let Range { start, end } = span.byte_range();
        let numbers = self.nodes.last();
        let before = format!("(match crate::mutation::chosen(&{:?}) {{ 0 => {{", numbers.unwrap());
        self.insert(start, true, before, None);
        for (number, mutant) in mutants {
            self.insert(end, false, format!("}} {number} => {{"), None);
            let changed = self.byte(mutant.span.start)..self.byte(mutant.span.end);
            let (head, tail) = (&self.source[start..changed.start], &self.source[changed.end..end]);
            let [head, tail] = [head, tail].map(|code| self.with_calls(code));
            self.insert(end, false, format!("{head}{}{tail}", mutant.replacement), Some(*number));
        }
        self.insert(end, false, "} _ => unreachable!() })".into(), None);
    }

    /// A function's body begins with a return for each of its mutants.
    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        if let Some(constness) = &signature.constness {
            if self.deferral.has_function(&signature.ident.to_string()) {
                self.replace(constness, "");
            }
        }
        let (Some(first), Some(last)) = (block.stmts.first(), block.stmts.last()) else { return };
        let (first, last) = (first.span(), last.span());
        let (start, end) = (first.byte_range().start, last.byte_range().end);
        let mutants = self.take(Genre::FnValue, first);
        let is_opaque = matches!(&signature.output,
            syn::ReturnType::Type(_, of) if matches!(**of, syn::Type::ImplTrait(_)));
        let boxed = if is_opaque { "crate::mutation::boxed" } else { "" };
        for (number, mutant) in &mutants {
            self.node(&[(*number, mutant)]);
            let before = format!("if crate::mutation::is({number}) {{ return {boxed}");
            self.insert(start, true, before, None);
            // The compiler may report an error at the parenthesis.
            self.insert(start, true, format!("({})", mutant.replacement), Some(*number));
            self.insert(start, true, "; } ".into(), None);
        }
        if is_opaque && !mutants.is_empty() {
            self.node(&mutants);
            self.insert(start, true, format!("{boxed}({{ "), None);
            self.insert(end, false, " })".into(), None);
        }
    }
}

/// Writes the lifetimes that a constant's type may leave out, and a function's may not.
struct Lifetimes<'a, 'b>(&'a mut Finder<'b>);

impl<'ast> Visit<'ast> for Lifetimes<'_, '_> {
    fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
        if reference.lifetime.is_none() {
            self.0.node(&[]);
            let at = reference.and_token.span().byte_range().end;
            self.0.insert(at, true, "'static ".into(), None);
        }
        visit::visit_type_reference(self, reference);
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        item.default.iter().for_each(|block| self.function(&item.sig, block));
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        if can_be_a_function(item) && self.deferral.has_constant(self.file, &item.ident.to_string())
        {
            self.replace(&item.const_token, "fn");
            self.replace(&item.colon_token, "() ->");
            self.replace(&item.eq_token, "{");
            self.replace(&item.semi_token, "}");
            Lifetimes(self).visit_type(&item.ty);
        }
        visit::visit_item_const(self, item);
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        let name = path.path.get_ident();
        if name.is_some_and(|name| self.deferral.has_constant(self.file, &name.to_string())) {
            self.node(&[]);
            self.insert(path.span().byte_range().end, false, "()".into(), None);
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        let mutants = self.take(Genre::BinaryOperator, binary.op.span());
        self.choice(binary.span(), &mutants);
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        let mutants = self.take(Genre::UnaryOperator, unary.op.span());
        self.choice(unary.span(), &mutants);
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_struct(&mut self, literal: &'ast syn::ExprStruct) {
        let fields = literal.fields.iter().map(Spanned::span);
        let mutants: Vec<_> = fields.flat_map(|span| self.take(Genre::StructField, span)).collect();
        self.choice(literal.span(), &mutants);
        visit::visit_expr_struct(self, literal);
    }

    /// The whole of a match whose arms can be passed over: the others may not cover everything.
    fn visit_expr_match(&mut self, expression: &'ast syn::ExprMatch) {
        let arms = expression.arms.iter().map(|arm| (Genre::MatchArm, Position::start(arm)));
        let mutants = arms.filter_map(|place| self.places.get(&place)).flatten().copied();
        let mutants: Vec<_> = mutants.collect();
        let Range { start, end } = expression.span().byte_range();
        self.node(&mutants);
        self.insert(start, true, String::new(), None);
        self.insert(end, false, String::new(), None);
        visit::visit_expr_match(self, expression);
    }

    /// An arm is passed over while its mutant is active; a guard is passed over or ignored.
    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        let guard = arm.guard.as_ref().map(|(_, guard)| guard.span());
        let mut mutants = self.take(Genre::MatchArm, arm.span());
        let deletion: String = mutants
            .iter()
            .map(|(number, _)| format!("!crate::mutation::is({number}) && "))
            .collect();
        let mut guards = guard.map_or(vec![], |span| self.take(Genre::MatchArmGuard, span));
        guards.sort_by_key(|(_, mutant)| mutant.replacement != "true");
        let choice: String = guards
            .iter()
            .map(|(number, mutant)| match mutant.replacement.as_str() {
                "true" => format!("crate::mutation::is({number}) || "),
                _ => format!("!crate::mutation::is({number}) && "),
            })
            .collect();
        mutants.extend(guards);
        if !mutants.is_empty() {
            self.node(&mutants);
            match guard.map(|span| span.byte_range()) {
                Some(Range { start, end }) => {
                    self.insert(start, true, format!("{deletion}({choice}("), None);
                    self.insert(end, false, "))".into(), None);
                }
                None => {
                    let end = arm.pat.span().byte_range().end;
                    self.insert(end, true, format!(" if {deletion}true"), None);
                }
            }
        }
        visit::visit_arm(self, arm);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutant::Span;

    const FILE: &str = "src/lib.rs";

    /// A mutant of the code between two columns of the first line.
    fn mutant(genre: Genre, columns: Range<usize>, replacement: &str) -> Mutant {
        let [start, end] = [columns.start, columns.end].map(|column| Position { line: 1, column });
        let (file, name, replacement) = (FILE.into(), String::new(), replacement.to_owned());
        Mutant { file, name, genre, replacement, span: Span { start, end }, function: None }
    }

    #[test]
    fn each_mutant_is_beside_the_original() {
        let source = "fn f() -> bool { match !a { é if b => c && d == 1, _ => S { x, ..y } } }";
        let at = |text: &str| source[..source.find(text).unwrap()].chars().count() + 1;
        let place = |text: &str| at(text)..at(text) + text.len();
        let mutants = [
            mutant(Genre::FnValue, at("match")..at(" }") + 2, "true"),
            mutant(Genre::UnaryOperator, place("!"), ""),
            mutant(Genre::MatchArm, at("é if")..at(" _ =>"), ""),
            mutant(Genre::MatchArmGuard, place("b =>"), "false"),
            mutant(Genre::MatchArmGuard, place("b =>"), "true"),
            mutant(Genre::BinaryOperator, place("&&"), "||"),
            mutant(Genre::BinaryOperator, place("=="), "!="),
            mutant(Genre::StructField, place("x, "), ""),
            mutant(Genre::MatchArm, at("_ =>")..at("_ =>"), ""),
            mutant(Genre::UnaryOperator, place("fn"), ""),
        ];
        let numbered: Vec<_> = (1..).zip(&mutants).collect();
        let schema = Schema::new(FILE, source, &numbered, &Deferral::default()).unwrap();
        let text = schema.text.replace("crate::mutation::", "");
        let expected = "fn f() -> bool { if is(1) { return (true); } \
            match (match chosen(&[2]) { 0 => {!a} 2 => {a} _ => unreachable!() }) { \
            é if !is(3) && (is(5) || !is(4) && (b)) => \
            (match chosen(&[6]) { 0 => {c && \
            (match chosen(&[7]) { 0 => {d == 1} 7 => {d != 1} _ => unreachable!() })} \
            6 => {c || d == 1} _ => unreachable!() }), \
            _ if !is(9) && true => \
            (match chosen(&[8]) { 0 => {S { x, ..y }} 8 => {S { ..y }} _ => unreachable!() }) } }";
        assert_eq!(text, expected);
        assert_eq!(schema.left, [10]);
    }

    #[test]
    fn iterators_are_boxed() {
        let source = "fn f() -> impl Iterator<Item = u8> { let a = 1; a..2 }";
        let all =
            [mutant(Genre::FnValue, 38..55, "empty()"), mutant(Genre::FnValue, 38..55, "once(0)")];
        let numbered: Vec<_> = (1..).zip(&all).collect();
        let text = Schema::new(FILE, source, &numbered, &Deferral::default())
            .unwrap()
            .text
            .replace("crate::mutation::", "");
        let expected = "fn f() -> impl Iterator<Item = u8> { if is(1) { return boxed(empty()); } \
            if is(2) { return boxed(once(0)); } boxed({ let a = 1; a..2 }) }";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_the_compiler_evaluates_waits_for_the_choice() {
        let source =
            "const A: &[u8] = &[2 * 3]; const fn f() -> u8 { A + 1 } fn g() -> u8 { f() * A }";
        let at = |text: &str| source.find(text).unwrap() + 1;
        let all = [("* 3", "+"), ("+ 1", "-"), ("* A", "/")].map(|(place, operator)| {
            mutant(Genre::BinaryOperator, at(place)..at(place) + 1, operator)
        });
        let numbered: Vec<_> = (1..).zip(&all).collect();
        let deferral = Deferral::new(&[(FILE, source.to_owned())], &all).unwrap();
        let schema = Schema::new(FILE, source, &numbered, &deferral).unwrap();
        let text = schema.text.replace("crate::mutation::", "").replace("_ => unreachable!() ", "");
        let expected = "fn/*const*/ A() ->/*:*/ &'static [u8] {/*=*/ \
            &[(match chosen(&[1]) { 0 => {2 * 3} 1 => {2 + 3} })]}/*;*/ \
            /*const*/ fn f() -> u8 { (match chosen(&[2]) { 0 => {A() + 1} 2 => {A() - 1} }) } \
            fn g() -> u8 { (match chosen(&[3]) { 0 => {f() * A()} 3 => {f() / A()} }) }";
        assert_eq!(text, expected);
        assert_eq!(schema.left, [0; 0]);
    }

    #[test]
    fn an_error_is_found_to_be_a_mutants() {
        let source = "fn f() { a && b + c; }";
        let mutants = [
            mutant(Genre::BinaryOperator, 12..14, "||"),
            mutant(Genre::BinaryOperator, 17..18, "-"),
            mutant(Genre::BinaryOperator, 17..18, "*"),
        ];
        let numbered: Vec<_> = (1..).zip(&mutants).collect();
        let schema = Schema::new(FILE, source, &numbered, &Deferral::default()).unwrap();
        let at = |text: &str| schema.text.find(text).unwrap();
        assert_eq!(schema.mutant_at(at("a || b")), Some(1));
        assert_eq!(schema.mutant_at(at("b - c")), Some(2));
        assert_eq!(schema.mutant_at(at("b * c")), Some(3));
        assert_eq!(schema.mutant_at(at("a && ")), None);
        assert_eq!(schema.mutants_around(at("a && ")), [1]);
        assert_eq!(schema.mutants_around(at("} 2")), [2, 3]);
        assert_eq!(schema.mutants_around(at("fn f")), [0; 0]);
    }
}
