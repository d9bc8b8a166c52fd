//! The registry of codes against the table it follows, and against its own promises.

use lsp_lint::status::explain::{self, Subject};
use lsp_lint::status::{Cache, Codes, PhraseKind, Registry, State};

/// One line of the vendored table: code, description, reference.
fn iana_table() -> Vec<(u16, &'static str, &'static str)> {
    include_str!("registry/iana-http-status-codes.tsv")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let mut cells = line.split('\t');
            let mut cell = || cells.next().expect("three cells a line");
            (cell().parse().expect("a number"), cell(), cell())
        })
        .collect()
}

#[test]
fn the_registry_agrees_with_the_iana_table_line_by_line() {
    let registry = Registry::builtin();
    let table = iana_table();
    assert_eq!(table.len(), 64);
    for &(code, description, reference) in &table {
        let entry = registry.get(code).unwrap_or_else(|| panic!("{code} is missing"));
        let phrase = entry.registry_phrase.as_deref().unwrap_or(&entry.name);
        let expected_description = match entry.state {
            State::Assigned | State::Unused => phrase.to_owned(),
            State::Obsoleted => format!("{phrase} (OBSOLETED)"),
            State::Temporary => {
                let dates = entry.registration.as_deref().expect("a temporary code has dates");
                format!(
                    "{phrase} (TEMPORARY - {})",
                    dates.replacen(", extended", ", extension registered", 1)
                )
            }
            other => panic!("{code} is in the table but {other:?}"),
        };
        assert_eq!(description, expected_description, "{code}");
        let spec = entry.spec.as_deref().unwrap_or_else(|| panic!("{code} has no specification"));
        let spec = spec.replace(' ', "");
        if reference.contains("Section") {
            assert_eq!(
                reference,
                format!("{spec}, Section {}", entry.section.as_deref().unwrap_or("?")),
                "{code}"
            );
        } else {
            assert!(reference.starts_with(&spec), "{code}: {reference} is not {spec}");
        }
    }
    let listed: Vec<u16> = table.iter().map(|line| line.0).collect();
    let registered: Vec<u16> = registry
        .entries()
        .iter()
        .filter(|entry| entry.state.is_registered())
        .map(|entry| entry.code)
        .collect();
    assert_eq!(registered, listed, "nothing is registered that the table does not list");
}

#[test]
fn states_are_those_of_the_registry() {
    let registry = Registry::builtin();
    let of = |state| -> Vec<u16> {
        registry.entries().iter().filter(|entry| entry.state == state).map(|entry| entry.code).collect()
    };
    assert_eq!(of(State::Assigned).len(), 60);
    assert_eq!(of(State::Temporary), [104]);
    assert_eq!(of(State::Unused), [306, 418]);
    assert_eq!(of(State::Obsoleted), [510]);
    assert_eq!(of(State::Unassigned).len(), 38);
    assert_eq!(registry.state(432), State::Unassigned);
    assert!(!registry.is_registered(509) && registry.is_registered(418));
}

#[test]
fn what_caches_may_guess_is_the_list_of_rfc_9110_and_451() {
    let registry = Registry::builtin();
    let heuristic: Vec<u16> = registry
        .entries()
        .iter()
        .filter(|entry| entry.cache == Cache::Heuristic)
        .map(|entry| entry.code)
        .collect();
    assert_eq!(heuristic, [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 451, 501]);
}

#[test]
fn every_code_and_every_vendor_has_all_its_sentences() {
    let registry = Registry::builtin();
    for entry in registry.entries() {
        let code = entry.code;
        for (what, sentence) in [("says", &entry.says), ("meaning", &entry.meaning)] {
            assert!(sentence.ends_with('.') && sentence.len() > 20, "{code} {what}: {sentence}");
        }
        assert!(entry.meaning.matches(". ").count() == 1, "{code}: the meaning is two sentences");
        let send_when = entry.send_when.split_whitespace().count();
        assert!((1..=12).contains(&send_when), "{code}: send-when has {send_when} words");
        assert!(!entry.not_when.is_empty() && !entry.uses.is_empty(), "{code}");
        assert!(registry.comparisons(code).count() > 0, "{code} is told apart from nothing");
        assert!(entry.not_when.iter().all(|instead| instead.code != code || code == 200), "{code}");
        if entry.state == State::Unassigned {
            let first = entry.vendors.first().unwrap_or_else(|| panic!("{code} has no owner"));
            assert!(code == 0 || first.name == entry.name, "{code} is named like its first vendor's meaning");
        }
        for vendor in &entry.vendors {
            assert!(vendor.says.ends_with('.') && vendor.says.len() > 15, "{code} {}", vendor.vendor);
        }
    }
}

#[test]
fn codes_that_should_not_be_sent_name_registered_ones_to_send_instead() {
    let registry = Registry::builtin();
    for entry in registry.entries() {
        for instead in &entry.instead {
            assert_eq!(registry.state(*instead), State::Assigned, "{} names {instead}", entry.code);
        }
    }
    let instead = |code| registry.get(code).unwrap().instead.as_slice();
    assert_eq!(instead(420), [429]);
    assert_eq!(instead(440), [401]);
    assert_eq!(instead(509), [429, 503]);
    assert_eq!(instead(529), [503]);
    assert_eq!(instead(598), [504]);
    assert_eq!(instead(599), [504]);
}

#[test]
fn required_headers_are_those_of_the_specifications() {
    let registry = Registry::builtin();
    let must = |code| -> Vec<&str> {
        registry
            .headers(code)
            .iter()
            .filter(|header| header.level == "MUST" && header.when.is_none())
            .map(|header| header.name.as_str())
            .collect()
    };
    assert_eq!(must(401), ["WWW-Authenticate"]);
    assert_eq!(must(405), ["Allow"]);
    assert_eq!(must(407), ["Proxy-Authenticate"]);
    assert_eq!(must(426), ["Upgrade"]);
    assert!(must(416).is_empty(), "Content-Range is a SHOULD");
    assert!(must(201).is_empty(), "Location is optional");
}

#[test]
fn phrases_of_every_kind_lead_to_their_code() {
    let registry = Registry::builtin();
    for (phrase, code, kind) in [
        ("NOT FOUND", 404, PhraseKind::Current),
        ("non authoritative information", 203, PhraseKind::Current),
        ("I'm a teapot", 418, PhraseKind::Current),
        ("Request Entity Too Large", 413, PhraseKind::Former),
        ("Unprocessable Entity", 422, PhraseKind::Former),
        ("Gateway Time-out", 504, PhraseKind::Current),
        ("Switch Proxy", 306, PhraseKind::Former),
        ("Page Expired", 419, PhraseKind::Everyday),
        ("Web server is down", 521, PhraseKind::Everyday),
        ("Enhance your calm", 420, PhraseKind::Vendor),
    ] {
        assert_eq!(registry.by_phrase(phrase), Some((code, kind)), "{phrase}");
    }
    assert!(registry.by_phrase("the file was not found").is_none());
}

#[test]
fn help_pages_are_public_and_secure() {
    const HOSTS: [&str; 19] = [
        "www.rfc-editor.org",
        "datatracker.ietf.org",
        "www.iana.org",
        "docs.aws.amazon.com",
        "developers.cloudflare.com",
        "nginx.org",
        "github.com",
        "learn.microsoft.com",
        "laravel.com",
        "shopify.dev",
        "curl.se",
        "docs.anthropic.com",
        "docs.micronaut.io",
        "docs.pantheon.io",
        "support.esri.com",
        "help.aliyun.com",
        "cloud.google.com",
        "www.tornadoweb.org",
        "developer.mozilla.org",
    ];
    let registry = Registry::builtin();
    let vendors =
        registry.entries().iter().flat_map(|entry| &entry.vendors).filter_map(|vendor| vendor.url.as_deref());
    for url in (0..=1000).map(|code| registry.help_url(code)).chain(vendors) {
        let host = url.strip_prefix("https://").and_then(|rest| rest.split('/').next());
        assert!(host.is_some_and(|host| HOSTS.contains(&host)), "{url}");
    }
    assert_eq!(registry.help_url(404), "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.5");
    assert_eq!(registry.help_url(429), "https://www.rfc-editor.org/rfc/rfc6585.html#section-4");
}

#[test]
fn classes_list_their_registered_members() {
    let registry = Registry::builtin();
    assert_eq!(registry.members(1), [100, 101, 102, 103, 104]);
    assert_eq!(registry.members(5), [500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511]);
    assert!(registry.members(6).is_empty() && registry.members(0).is_empty());
    assert_eq!(registry.class_name(404), "client error");
    assert_eq!(registry.class_name(999), "no class");
    let all: usize = (1..=5).map(|digit| registry.members(digit).len()).sum();
    assert_eq!(all, iana_table().len());
    assert!(Codes::class(4).contains(registry.members(4)[0]));
}

#[test]
fn every_fact_of_the_reference_is_told_by_explain() {
    let registry = Registry::builtin();
    let mut untold = vec![];
    let mut asked = 0;
    for line in include_str!("registry/reference-facts.txt").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (question, words) = line.split_once(" | ").unwrap_or_else(|| panic!("no question: {line}"));
        let subject =
            Subject::parse(&registry, question).unwrap_or_else(|| panic!("not understood: {question}"));
        let page = explain::page(&registry, &subject, &(), None).to_lowercase();
        asked += 1;
        for word in words.split("; ").filter(|word| !page.contains(&word.to_lowercase())) {
            untold.push(format!("{question}: {word}"));
        }
    }
    assert!(asked > 150, "only {asked} facts");
    assert!(untold.is_empty(), "explain does not tell:\n{}", untold.join("\n"));
}
