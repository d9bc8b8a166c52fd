//! SARIF 2.1.0, for code scanning services. Held until the end: the document is one object.

use super::{FindingRecord, Findings, Format, Place, Printed, Summary};
use crate::lint;
use crate::project::Level;
use crate::rules::Rule;
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, ArtifactLocation, Fix, Invocation, Location, Message,
    MultiformatMessageString, PhysicalLocation, PropertyBag, Region, Replacement, ReportingConfiguration,
    ReportingConfigurationLevel, ReportingDescriptor, Result as Entry, ResultColumnKind, ResultLevel, Run,
    Sarif, Tool, ToolComponent,
};
use std::collections::BTreeMap;
use std::io::{Result, Write};

pub(super) const FINDINGS: Format<dyn Findings> = Format {
    name: "sarif",
    about: "SARIF 2.1.0, for code scanning services",
    excerpts: false,
    printer: |_| Box::new(Document { rules: lint::all_rules(), entries: vec![] }),
};

struct Document {
    rules: Vec<&'static Rule>,
    entries: Vec<Entry>,
}

/// Where the schema is published.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

impl Findings for Document {
    fn begin(&mut self, _: &mut dyn Write) -> Result<()> {
        Ok(())
    }
    fn finding(&mut self, _: &mut dyn Write, finding: Printed) -> Result<()> {
        let index = self.rules.iter().position(|rule| rule.id == finding.record.rule);
        self.entries.push(entry(&finding.record, index));
        Ok(())
    }
    fn end(&mut self, out: &mut dyn Write, _: &Summary) -> Result<()> {
        let driver = ToolComponent::builder()
            .name("lsp-lint")
            .version(env!("CARGO_PKG_VERSION"))
            .semantic_version(env!("CARGO_PKG_VERSION"))
            .rules(self.rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>())
            .build();
        let run = Run::builder()
            .tool(Tool::builder().driver(driver).build())
            .column_kind(as_value(&ResultColumnKind::UnicodeCodePoints))
            .invocations(vec![Invocation::builder().execution_successful(true).build()])
            .results(std::mem::take(&mut self.entries))
            .build();
        let document = Sarif::builder().schema(SCHEMA).version("2.1.0").runs(vec![run]).build();
        serde_json::to_writer_pretty(&mut *out, &document)?;
        writeln!(out)
    }
}

fn as_value(of: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(of).unwrap_or_default()
}

fn descriptor(rule: &Rule) -> ReportingDescriptor {
    let level = match rule.level {
        Level::Error => ReportingConfigurationLevel::Error,
        Level::Warning => ReportingConfigurationLevel::Warning,
        Level::Info | Level::Hint => ReportingConfigurationLevel::Note,
    };
    let configuration = ReportingConfiguration::builder()
        .enabled(rule.profile.is_some_and(|profile| profile <= crate::project::Profile::default()))
        .level(as_value(&level))
        .build();
    let text = |text: &str| MultiformatMessageString::builder().text(text).build();
    ReportingDescriptor::builder()
        .id(rule.id)
        .short_description(text(rule.summary()))
        .help(MultiformatMessageString::builder().text(rule.page).markdown(rule.page).build())
        .help_uri(rule.help_url)
        .default_configuration(configuration)
        .properties(PropertyBag::builder().tags(vec![rule.group.to_string()]).build())
        .build()
}

fn entry(finding: &FindingRecord, index: Option<usize>) -> Entry {
    let level = match finding.severity {
        Level::Error => ResultLevel::Error,
        Level::Warning => ResultLevel::Warning,
        Level::Info | Level::Hint => ResultLevel::Note,
    };
    let here = Region {
        byte_offset: Some(i64::from(finding.byte_start)),
        byte_length: Some(i64::from(finding.byte_end - finding.byte_start)),
        ..region(finding.place)
    };
    let related: Vec<Location> = finding
        .related
        .iter()
        .map(|other| Location {
            message: Some(message(&other.message)),
            ..location(&other.path, region(other.place))
        })
        .collect();
    let fixes: Vec<Fix> = finding
        .fixes
        .iter()
        .map(|fix| {
            let replacements: Vec<Replacement> = fix
                .edits
                .iter()
                .map(|edit| {
                    let gone = Region::builder()
                        .byte_offset(i64::from(edit.byte_start))
                        .byte_length(i64::from(edit.byte_end - edit.byte_start))
                        .build();
                    let come = ArtifactContent::builder().text(edit.text.clone()).build();
                    Replacement::builder().deleted_region(gone).inserted_content(come).build()
                })
                .collect();
            let change = ArtifactChange::builder()
                .artifact_location(artifact(&finding.path))
                .replacements(replacements)
                .build();
            Fix::builder().description(message(&fix.title)).artifact_changes(vec![change]).build()
        })
        .collect();
    Entry {
        rule_index: index.map(|index| index as i64),
        related_locations: (!related.is_empty()).then_some(related),
        fixes: (!fixes.is_empty()).then_some(fixes),
        ..Entry::builder()
            .rule_id(finding.rule)
            .level(level)
            .message(message(&finding.message))
            .locations(vec![location(&finding.path, here)])
            .partial_fingerprints(BTreeMap::from([("lspLint/v1".to_string(), finding.fingerprint.clone())]))
            .build()
    }
}

fn message(text: &str) -> Message {
    Message::builder().text(text).build()
}

fn region(place: Place) -> Region {
    Region::builder()
        .start_line(i64::from(place.line))
        .start_column(i64::from(place.column))
        .end_line(i64::from(place.end_line))
        .end_column(i64::from(place.end_column))
        .build()
}

fn location(path: &str, region: Region) -> Location {
    let place = PhysicalLocation::builder().artifact_location(artifact(path)).region(region).build();
    Location::builder().physical_location(place).build()
}

fn artifact(path: &str) -> ArtifactLocation {
    ArtifactLocation::builder().uri(uri(path)).build()
}

/// A relative path is a relative reference, an absolute one a `file:` address.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(byte as char);
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_addresses() {
        assert_eq!(uri("./src/a b.py"), "src/a%20b.py");
        assert_eq!(uri("/tmp/é.py"), "file:///tmp/%C3%A9.py");
    }
}
