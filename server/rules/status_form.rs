//! Numbers and named constants side by side: a matter of taste, so the rule is off, but the rewrite is always at hand.
//!
//! [`rewrites`] offers it for one mention, [`in_the_same_form`] writes another code the way a mention is written.

use super::{Edit, Env, Finding, Findings, Fix, Level, Profile, Rule, Safety};
use crate::detect::Spot;
use crate::facts::{Certainty, Condition, Facts, Form, Import, Mention, Operator, Role, Wants};
use crate::languages::{Constant, Spelling};
use crate::text::Span;
use std::cmp::Reverse;

/// See the page.
pub const RULE: Rule = Rule {
    id: "status-form",
    group: "style",
    level: Level::Hint,
    profile: Some(Profile::All),
    since: "0.1.0",
    fix: Some(Safety::Safe),
    page: include_str!("status_form.md"),
    help_url: "https://www.rfc-editor.org/rfc/rfc9110.html#section-15",
    concerns,
    check,
};

/// Every code may be written in another form.
fn concerns(_: &Spot, _: &Env) -> bool {
    true
}

fn check(facts: &Facts, env: &Env, findings: &mut Findings) {
    if facts.format.is_some() {
        return; // formats have numbers only
    }
    let options = env.settings.options.get(RULE.id);
    let text = |key: &str| options.and_then(|all| all.get(key)).and_then(toml::Value::as_str);
    let ignored = |code: u16| {
        let list = options.and_then(|all| all.get("ignore")).and_then(toml::Value::as_array);
        list.is_some_and(|codes| codes.iter().any(|known| known.as_integer() == Some(i64::from(code))))
    };
    let edges = edges(facts);
    let is_edge = |mention: &Mention| edges.iter().any(|edge| edge.contains(mention.span));
    let judged: Vec<&Mention> =
        facts.mentions.iter().filter(|mention| is_judged(mention) && !is_edge(mention)).collect();
    let wanted = match text("form").unwrap_or("constant") {
        "number" => Form::Number,
        "consistent" => match usual_form(&judged) {
            Some(form) => form,
            None => return,
        },
        _ => Form::Constant,
    };
    for mention in judged.into_iter().filter(|mention| mention.form != wanted) {
        let Some(code) = mention.code() else { continue };
        if ignored(code) {
            findings.silent(&RULE, mention.span, || format!("the configuration leaves {code} alone"));
            continue;
        }
        let fixes = rewrites(facts, env, mention);
        if fixes.is_empty() {
            findings.silent(&RULE, mention.span, || "no other spelling is at hand".into());
            continue;
        }
        let message = match wanted {
            Form::Number => format!("{} is the number {code}", facts.at(mention.span)),
            _ => format!("{code} has a name: {}", fixes[0].edits[0].text),
        };
        let codes = vec![u32::from(code)];
        findings.push(Finding { codes, fixes, ..RULE.at(mention.span, message) });
    }
}

/// The operands that are ends of ranges: `>= 300` means a class, not Multiple Choices.
fn edges(facts: &Facts) -> Vec<Span> {
    fn visit(condition: &Condition, edges: &mut Vec<Span>) {
        match condition {
            Condition::Atom(atom) => {
                let one_by_one = matches!(
                    atom.operator,
                    Operator::Equal | Operator::Unequal | Operator::Within | Operator::Without
                );
                if !one_by_one || atom.range.is_some() {
                    edges.push(atom.operand);
                }
            }
            Condition::Joined { parts, .. } => parts.iter().for_each(|part| visit(part, edges)),
            Condition::Not(inner) => visit(inner, edges),
            Condition::Bare { .. } | Condition::Opaque => {}
        }
    }
    let mut edges = vec![];
    facts.predicates.iter().for_each(|predicate| visit(&predicate.condition, &mut edges));
    edges
}

/// Roles in which a code is a value of the program; tables of constants are where numbers belong.
fn is_judged(mention: &Mention) -> bool {
    matches!(mention.form, Form::Number | Form::Constant)
        && mention.code().is_some()
        && mention.certainty >= Certainty::Named
        && !matches!(mention.role, Role::Defined | Role::Configured | Role::Logged | Role::Prose)
}

/// What most of the file does; `None` when there is no majority.
fn usual_form(judged: &[&Mention]) -> Option<Form> {
    let constants = judged.iter().filter(|mention| mention.form == Form::Constant).count();
    match constants.cmp(&(judged.len() - constants)) {
        std::cmp::Ordering::Less => Some(Form::Number),
        std::cmp::Ordering::Greater => Some(Form::Constant),
        std::cmp::Ordering::Equal => None,
    }
}

/// Every other way to write a mention: for a number the constants of the libraries in use and of the standard library,
/// with the import where it is missing; for a constant its number. Empty where nothing fits.
pub fn rewrites(facts: &Facts, env: &Env, mention: &Mention) -> Vec<Fix> {
    match (mention.form, mention.code()) {
        (Form::Number, Some(code)) => to_constants(facts, env, mention, code),
        (Form::Constant, Some(code)) => to_number(facts, env, mention, code).into_iter().collect(),
        _ => vec![],
    }
}

fn to_constants(facts: &Facts, env: &Env, mention: &Mention, code: u16) -> Vec<Fix> {
    let written_out = facts.at(mention.span) == code.to_string();
    if !written_out || mention.terms.wants == Some(Wants::String) || facts.format.is_some() {
        return vec![];
    }
    let mut fixes: Vec<Fix> = vec![];
    for name in names_at_hand(facts, env, code, mention.span) {
        let mut edits = vec![Edit { span: mention.span, text: name.text.clone() }];
        edits.extend(name.import);
        let title = format!("Replace {code} with {}", name.text);
        if fixes.iter().all(|fix| fix.title != title) {
            fixes.push(Fix { title, safety: Safety::Safe, preferred: fixes.is_empty(), edits });
        }
    }
    fixes
}

fn to_number(facts: &Facts, env: &Env, mention: &Mention, code: u16) -> Option<Fix> {
    let constant = row_of(facts, env, mention.span, code)?;
    let (_, group) = &env.vocabulary.groups[constant.group];
    let after = &facts.text[mention.span.end as usize..];
    let unwrapped = env.language.traits.unwrapping.iter().find_map(|word| {
        let rest = after.strip_prefix('.')?.strip_prefix(word.as_str())?;
        let rest = rest.strip_prefix("()").unwrap_or(rest);
        (!rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')).then(|| after.len() - rest.len())
    });
    let converted = group.to_number.as_deref().filter(|suffix| after.starts_with(*suffix)).map(str::len);
    let tail = match unwrapped.or(converted) {
        Some(length) => length,
        None if group.number && !after.starts_with('.') => 0,
        None => return None,
    };
    let span = Span { start: mention.span.start, end: mention.span.end + tail as u32 };
    let edits = vec![Edit { span, text: code.to_string() }];
    let title = format!("Replace {} with {code}", facts.at(mention.span));
    // Where this was the last use of its import, a compiler may refuse what is left over.
    let holder = facts.at(mention.span).split(&env.language.traits.separator).next().unwrap_or_default();
    let last_use = facts.text.matches(holder).count() <= 2;
    let safety = if last_use { Safety::Unsafe } else { Safety::Safe };
    Some(Fix { title, safety, preferred: true, edits })
}

/// The row of the constant that stands at a span.
fn row_of<'e>(facts: &Facts, env: &'e Env, span: Span, code: u16) -> Option<&'e Constant> {
    let text = facts.at(span);
    let symbol = text.rsplit(|c: char| !c.is_alphanumeric() && c != '_').find(|part| !part.is_empty())?;
    let rows = env.vocabulary.constants.get(symbol)?.iter().filter(|row| row.symbol.c == code);
    let holder_stands_here = |row: &&Constant| {
        let holder = &env.vocabulary.groups[row.group].1.holder;
        !holder.is_empty() && text.contains(holder.as_str())
    };
    rows.clone().find(holder_stands_here).or_else(|| rows.clone().next())
}

/// A constant that can be written in this file.
pub struct Name {
    /// As it is written there.
    pub text: String,
    /// The library that has it.
    pub library: String,
    /// What brings it in.
    pub import: Option<Edit>,
}

/// The constants of one code that fit where a number stands: those of libraries that the file imports first, as it writes
/// other codes already; then those of libraries that the project uses, then the standard library's.
pub fn names_at_hand(facts: &Facts, env: &Env, code: u16, place: Span) -> Vec<Name> {
    let mut names: Vec<((u8, Reverse<usize>), Name)> = vec![];
    let habits = habits(facts);
    let so_far = |text: &str| Reverse(habits.iter().filter(|known| **known == manner(text)).count());
    let mut imported: Vec<String> = vec![];
    for spelling in env.vocabulary.spellings(code, &env.language.traits.separator) {
        let is_a_word = spelling.symbol.chars().all(|c| c.is_alphanumeric() || c == '_');
        let Some(number) = as_number(&spelling).filter(|_| is_a_word) else { continue };
        if let Some(local) = local_name(facts, env, &spelling) {
            let text = format!("{local}{number}");
            names.push(((0, so_far(&local)), Name { text, library: spelling.library, import: None }));
            continue;
        }
        let installed = is_installed(env, &spelling.library);
        if !installed && !spelling.standard || imported.contains(&spelling.library) {
            continue;
        }
        if let Some(import) = import_edit(facts, env, &spelling, place) {
            let rank = if installed { 1 } else { 2 };
            let text = format!("{}{number}", spelling.text);
            imported.push(spelling.library.clone());
            let rank = (rank, Reverse(0));
            names.push((rank, Name { text, library: spelling.library, import: Some(import) }));
        }
    }
    names.sort_by_key(|(rank, _)| *rank);
    // Some sets have each name in small letters and in capitals: one of them is enough.
    let mut all: Vec<Name> = vec![];
    for (_, name) in names {
        if all.iter().all(|known| !known.text.eq_ignore_ascii_case(&name.text)) {
            all.push(name);
        }
    }
    all
}

/// As many constants of a file show what its habits are.
const MOST_HABITS: usize = 100;

/// How the constants of a file are written.
fn habits(facts: &Facts) -> Vec<(&str, bool)> {
    let constants = facts.mentions.iter().filter(|mention| mention.form == Form::Constant);
    constants.take(MOST_HABITS).map(|mention| manner(facts.at(mention.span))).collect()
}

/// How a constant is written: what stands before its name, and whether that has capitals.
fn manner(text: &str) -> (&str, bool) {
    let name = text.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
    (&text[..name], text[name..].contains(char::is_uppercase))
}

/// What makes a number of the constant: nothing, a suffix, or no way.
fn as_number(spelling: &Spelling) -> Option<&str> {
    if spelling.number { Some("") } else { spelling.to_number.as_deref() }
}

fn is_installed(env: &Env, library: &str) -> bool {
    let packages = env.vocabulary.libraries.iter().filter(|known| known.name == library);
    packages
        .flat_map(|known| &known.packages)
        .any(|package| env.project.versions.of(&env.language.ecosystem, package).is_some())
}

/// How the constant is spelled here without another import.
fn local_name(facts: &Facts, env: &Env, spelling: &Spelling) -> Option<String> {
    let separator = &env.language.traits.separator;
    let imported: Vec<&Import> =
        facts.imports.known.iter().filter(|import| brings(import, spelling)).collect();
    let wanted = if spelling.holder.is_empty() { &spelling.symbol } else { &spelling.holder };
    let by_name = imported
        .iter()
        .flat_map(|import| &import.names)
        .find(|(_, original)| original == wanted)
        .map(|(local, _)| local);
    match by_name {
        Some(local) if spelling.holder.is_empty() => return Some(local.clone()),
        Some(local) => return Some(format!("{local}{separator}{}", spelling.symbol)),
        None => {}
    }
    // The holder may be the module itself (`import "net/http"`, `import status from "http-status"`).
    let module =
        imported.iter().find(|import| import.names.is_empty() && import.module == spelling.module)?;
    let last = spelling.module.rsplit(['/', '.', ':']).next().unwrap_or_default();
    if last == spelling.holder {
        let local = module.alias.as_deref().unwrap_or(&spelling.holder);
        return Some(format!("{local}{separator}{}", spelling.symbol));
    }
    // `import requests` binds its module's own name; a quoted module without an alias binds nothing.
    let quoted = facts.at(module.span).contains(['"', '\'', '`']);
    let own_name = (!quoted).then_some(module.module.as_str());
    let alias = module.alias.as_deref().or(own_name)?;
    let default_import = spelling.import.as_deref().is_some_and(|line| {
        line.split(|c: char| !c.is_alphanumeric() && c != '_').nth(1) == Some(&spelling.holder)
    });
    if default_import {
        return Some(format!("{alias}{separator}{}", spelling.symbol));
    }
    Some(format!("{alias}{separator}{}", spelling.text))
}

fn brings(import: &Import, spelling: &Spelling) -> bool {
    import.module == spelling.module || import.library == spelling.library
}

/// The edit that adds the import of a spelling. `None`: nothing tells how, or the place stands before all imports.
fn import_edit(facts: &Facts, env: &Env, spelling: &Spelling, place: Span) -> Option<Edit> {
    let line = spelling.import.as_deref()?;
    let text = &*facts.text;
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let alone = &env.language.traits.import_alone;
    let group = facts.imports.last.filter(|last| !alone.is_empty() && facts.at(*last).ends_with(')'));
    let (at, text) = match group {
        Some(group) => {
            let close = group.end - 1;
            let before = if text[..close as usize].ends_with(['\n', '\r']) { "" } else { end };
            (close, format!("{before}\t{line}{end}"))
        }
        None => {
            let at = facts.imports.insert_at;
            let line = if alone.is_empty() { line.to_string() } else { alone.replace("{import}", line) };
            let above = &text[..at as usize];
            let before = if above.is_empty() || above.ends_with(['\n', '\r']) { "" } else { end };
            (at, format!("{before}{line}{end}"))
        }
    };
    (at <= place.start).then_some(Edit { span: Span { start: at, end: at }, text })
}

/// Another code as a mention writes its own: a number for a number, a quoted number's digits for its digits, the
/// constant of the same set for a constant. `None` where that set has no name for it, or the form is another.
pub fn in_the_same_form(facts: &Facts, env: &Env, span: Span, code: u16) -> Option<String> {
    let text = facts.at(span);
    let digits = text.trim_matches(['"', '\'', '`']);
    if digits.len() >= 3 && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Some(text.replace(digits, &code.to_string()));
    }
    let symbol = text.rsplit(|c: char| !c.is_alphanumeric() && c != '_').find(|part| !part.is_empty())?;
    let own = env.vocabulary.constants.get(symbol)?;
    let named = env.vocabulary.by_code.get(&code)?;
    let other = named
        .iter()
        .find(|other| other.rename().is_none() && own.iter().any(|row| row.group == other.group))?;
    let at = text.rfind(symbol)?;
    Some(format!("{}{}{}", &text[..at], other.symbol.s, &text[at + symbol.len()..]))
}
