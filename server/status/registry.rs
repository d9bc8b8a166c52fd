//! The registry as a value: what is known about every number, found by number, phrase or constant name.

use super::Codes;
use super::entry::{
    Class, Comparison, CustomCode, Document, Entry, Header, Note, State, Topic, Trouble, Vendor,
};
use super::names::{ConstantName, Key};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Where the registry of status codes is kept.
pub const IANA_URL: &str = "https://www.iana.org/assignments/http-status-codes/http-status-codes.xhtml";

/// How a phrase belongs to a code. The order is the order of preference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum PhraseKind {
    /// The phrase of the registry, or of the project for its own codes.
    Current,
    /// The phrase of an earlier document.
    Former,
    /// What some software sends in its place.
    Variant,
    /// What a vendor calls the number.
    Vendor,
    /// What a vendor calls the number, in words that others use for other codes (`Invalid Token`). It can be looked
    /// up, but a text that has it speaks of no code in particular.
    Everyday,
}

/// Everything known about status codes. Cheap to clone: clones share their tables.
#[derive(Clone)]
pub struct Registry(Arc<Tables>);

struct Tables {
    document: Document,
    /// For each number the index of its entry plus one; 0: none.
    index: Box<[u16; 1000]>,
    /// For each entry its page.
    pages: Vec<String>,
    /// For each class its page.
    class_pages: Vec<String>,
    phrases: HashMap<Box<[u8]>, Vec<(u16, PhraseKind)>>,
    constants: HashMap<Box<[u8]>, u16>,
    /// The registered members of the classes 1 to 5.
    members: [Vec<u16>; 5],
    /// Profile names, each with its codes, in the order of the file.
    profiles: Vec<(String, Codes)>,
}

/// A custom code that cannot be taken in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CustomCodeError {
    /// The registry has given the number a meaning.
    Assigned {
        /// The number.
        code: u16,
        /// The registered phrase.
        name: String,
    },
    /// The number is above 999.
    OutOfRange {
        /// The number.
        code: u16,
    },
}

impl std::fmt::Display for CustomCodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            CustomCodeError::Assigned { code, name } => {
                write!(f, "{code} is registered as \"{name}\" and cannot be declared anew")
            }
            CustomCodeError::OutOfRange { code } => {
                write!(f, "{code} is no status code: it must lie between 0 and 999")
            }
        }
    }
}

impl std::error::Error for CustomCodeError {}

impl Default for Registry {
    fn default() -> Registry {
        Registry::builtin()
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "Registry of {} codes", self.0.document.codes.len())
    }
}

impl Registry {
    /// The built-in registry; the embedded file is parsed on the first call only.
    pub fn builtin() -> Registry {
        static BUILTIN: OnceLock<Registry> = OnceLock::new();
        BUILTIN
            .get_or_init(|| {
                // A test parses the same bytes, so this cannot fail in a build that passed.
                let document = toml::from_str(include_str!("codes.toml")).expect("codes.toml is well-formed");
                Registry::from_document(document)
            })
            .clone()
    }

    /// This registry with the project's own codes in it.
    ///
    /// # Errors
    /// Names the first code that the registry has assigned already, or that is above 999. Numbers that the
    /// registry holds back as unused, and those that only vendors use, may be declared.
    pub fn with_custom(&self, codes: Vec<CustomCode>) -> Result<Registry, CustomCodeError> {
        if codes.is_empty() {
            return Ok(self.clone());
        }
        let mut document = self.0.document.clone();
        for custom in codes {
            if custom.code > 999 {
                return Err(CustomCodeError::OutOfRange { code: custom.code });
            }
            match document.codes.binary_search_by_key(&custom.code, |entry| entry.code) {
                Ok(at) => {
                    let entry = &mut document.codes[at];
                    if matches!(entry.state, State::Assigned | State::Temporary | State::Obsoleted) {
                        return Err(CustomCodeError::Assigned { code: entry.code, name: entry.name.clone() });
                    }
                    let vendors = std::mem::take(&mut entry.vendors);
                    *entry = Entry { vendors, ..custom_entry(custom) };
                }
                Err(at) => document.codes.insert(at, custom_entry(custom)),
            }
        }
        Ok(Registry::from_document(document))
    }

    fn from_document(document: Document) -> Registry {
        let mut index = Box::new([0u16; 1000]);
        let mut members: [Vec<u16>; 5] = Default::default();
        let mut phrases: HashMap<Box<[u8]>, Vec<(u16, PhraseKind)>> = HashMap::new();
        let mut constants = HashMap::new();
        let mut profiles: Vec<(String, Codes)> = vec![];
        let mut pages = vec![];
        for (at, entry) in document.codes.iter().enumerate() {
            index[usize::from(entry.code)] = u16::try_from(at + 1).expect("there are at most 1000 codes");
            if entry.state.is_registered() {
                members[usize::from(entry.code / 100 - 1)].push(entry.code);
            }
            for (phrase, kind) in phrases_of(entry) {
                if let Some(key) = Key::of(phrase).filter(Key::has_letters) {
                    let readings = phrases.entry(key.as_bytes().into()).or_default();
                    if !readings.iter().any(|(code, _)| *code == entry.code) {
                        readings.push((entry.code, kind));
                    }
                }
            }
            for name in constant_names_of(entry) {
                if let Some(key) = Key::of(name) {
                    constants.entry(key.as_bytes().into()).or_insert(entry.code);
                }
            }
            for vendor in &entry.vendors {
                let Some(profile) = &vendor.profile else { continue };
                match profiles.iter_mut().find(|(name, _)| name == profile) {
                    Some((_, codes)) => *codes = codes.union(Codes::one(entry.code)),
                    None => profiles.push((profile.clone(), Codes::one(entry.code))),
                }
            }
            pages.push(page_of(entry));
        }
        for readings in phrases.values_mut() {
            readings.sort_by_key(|(code, kind)| (*kind, *code));
        }
        let class_pages = document.classes.iter().map(|class| rfc_page("9110", &class.section)).collect();
        Registry(Arc::new(Tables {
            document,
            index,
            pages,
            class_pages,
            phrases,
            constants,
            members,
            profiles,
        }))
    }

    fn position(&self, code: u16) -> Option<usize> {
        match self.0.index.get(usize::from(code)) {
            None | Some(0) => None,
            Some(at) => Some(usize::from(*at) - 1),
        }
    }

    /// What is known about a number: registered codes, codes of vendors, and the project's own.
    pub fn get(&self, code: u16) -> Option<&Entry> {
        self.position(code).map(|at| &self.0.document.codes[at])
    }

    /// Every code that anything is known about, ascending.
    pub fn entries(&self) -> &[Entry] {
        &self.0.document.codes
    }

    /// What the registry says; a number nobody uses is unassigned.
    pub fn state(&self, code: u16) -> State {
        self.get(code).map_or(State::Unassigned, |entry| entry.state)
    }

    /// The registry has a line for it, whatever that says (306 and 418 are registered as unused).
    pub fn is_registered(&self, code: u16) -> bool {
        self.state(code).is_registered()
    }

    /// The name to show beside the number: `Not Found`.
    pub fn phrase(&self, code: u16) -> Option<&str> {
        self.get(code).map(|entry| entry.name.as_str())
    }

    /// The number and its name, `404 Not Found`, or the bare number.
    pub fn label(&self, code: u16) -> String {
        match self.phrase(code) {
            Some(phrase) => format!("{code} {phrase}"),
            None => code.to_string(),
        }
    }

    /// The best reading of a phrase, without regard to case, spaces and punctuation. The whole text must be the phrase.
    pub fn by_phrase(&self, text: &str) -> Option<(u16, PhraseKind)> {
        self.readings(text).first().copied()
    }

    /// Every code that has the phrase, current names first: some former and vendor names belong to several.
    pub fn readings(&self, text: &str) -> &[(u16, PhraseKind)] {
        Key::of(text).and_then(|key| self.0.phrases.get(key.as_bytes())).map_or(&[], Vec::as_slice)
    }

    /// The phrase is, or was, or is somewhere used as, a name of this code.
    pub fn is_phrase_of(&self, text: &str, code: u16) -> bool {
        self.readings(text).iter().any(|(other, _)| *other == code)
    }

    /// The code that the name of a constant speaks of, in any case style and with or without `HTTP_`, `STATUS_`,
    /// `SC_` or the number itself in it. Names of vendors do not count: they are too common as words.
    /// `None` too when the number in the name and its words disagree.
    pub fn by_constant_name(&self, name: &str) -> Option<u16> {
        let split = ConstantName::split(name)?;
        let named = split.find(|key| self.0.constants.get(key).copied());
        match (named, split.digits) {
            (Some(code), Some(digits)) => (code == digits).then_some(code),
            (Some(code), None) => Some(code),
            (None, Some(digits)) => (split.is_bare() && Codes::valid().contains(digits)).then_some(digits),
            (None, None) => None,
        }
    }

    /// The registered code closest by number, of the same class where the number has one. `None` when the number
    /// itself is registered.
    pub fn nearest(&self, code: u16) -> Option<u16> {
        if self.is_registered(code) {
            return None;
        }
        let digit = code / 100;
        let candidates = Codes::valid().iter().filter(|&other| self.is_registered(other));
        candidates
            .filter(|other| !(1..=5).contains(&digit) || other / 100 == digit)
            .min_by_key(|other| other.abs_diff(code))
    }

    /// The code of a vendor closest by number, of the same class.
    pub fn nearest_of_a_vendor(&self, code: u16) -> Option<u16> {
        self.entries()
            .iter()
            .filter(|entry| {
                entry.state == State::Unassigned && entry.code != code && entry.code / 100 == code / 100
            })
            .map(|entry| entry.code)
            .min_by_key(|other| other.abs_diff(code))
    }

    /// What single vendors mean by the number.
    pub fn vendors(&self, code: u16) -> &[Vendor] {
        self.get(code).map_or(&[], |entry| &entry.vendors)
    }

    /// The response headers of a code and how strongly each is asked for.
    pub fn headers(&self, code: u16) -> &[Header] {
        self.get(code).map_or(&[], |entry| &entry.headers)
    }

    /// The names of all vendor profiles.
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        self.0.profiles.iter().map(|(name, _)| name.as_str())
    }

    /// The codes that a vendor profile makes known; `None` for a name that is no profile.
    pub fn profile(&self, name: &str) -> Option<Codes> {
        self.0.profiles.iter().find(|(known, _)| known == name).map(|(_, codes)| *codes)
    }

    /// The class that the first digit gives; `None` outside 100 to 599.
    pub fn class(&self, code: u16) -> Option<&Class> {
        self.0.document.classes.iter().find(|class| class.digit == code / 100)
    }

    /// The class for people, `client error`; `no class` outside 100 to 599.
    pub fn class_name(&self, code: u16) -> &str {
        self.class(code).map_or("no class", |class| &class.title)
    }

    /// The registered codes of a class (its first digit, 1 to 5), ascending; empty for any other digit.
    pub fn members(&self, digit: u16) -> &[u16] {
        match digit {
            1..=5 => &self.0.members[usize::from(digit - 1)],
            _ => &[],
        }
    }

    /// A public page about the code: the section of its specification, the vendor's page, or the registry. For a
    /// code of the project the page it names.
    pub fn help_url(&self, code: u16) -> &str {
        match self.position(code) {
            Some(at) => &self.0.pages[at],
            None => self.class_url(code / 100),
        }
    }

    /// The section of RFC 9110 on a class (1 to 5); for any other digit the one on status codes as a whole.
    pub fn class_url(&self, digit: u16) -> &str {
        match self.0.document.classes.iter().position(|class| class.digit == digit) {
            Some(at) => &self.0.class_pages[at],
            None => "https://www.rfc-editor.org/rfc/rfc9110.html#section-15",
        }
    }

    /// The tests that tell this code apart from others.
    pub fn comparisons(&self, code: u16) -> impl Iterator<Item = &Comparison> {
        self.0.document.comparisons.iter().filter(move |comparison| comparison.codes.contains(&code))
    }

    /// Where to look when the code turns up, rows for any server first.
    pub fn troubleshooting(&self, code: u16) -> impl Iterator<Item = &Trouble> {
        self.0.document.troubleshooting.iter().filter(move |trouble| trouble.codes.contains(&code))
    }

    /// What is true of many codes at once.
    pub fn topics(&self) -> &[Topic] {
        &self.0.document.topics
    }

    /// The notes of all topics that hold for a code.
    pub fn notes(&self, code: u16) -> impl Iterator<Item = &Note> {
        self.topics()
            .iter()
            .flat_map(|topic| &topic.notes)
            .filter(move |note| note.codes.is_empty() || note.codes.contains(&code))
    }

    /// The date of the last change of the registry that is taken in, `YYYY-MM-DD`.
    pub fn updated(&self) -> &str {
        &self.0.document.registry.updated
    }
}

fn phrases_of(entry: &Entry) -> impl Iterator<Item = (&str, PhraseKind)> {
    // The name of a code that only vendors use is that of its first vendor, and comes with the vendors; "(Unused)" is
    // a remark of the registry, not a phrase anybody sends.
    let has_own_name = entry.state != State::Unassigned && entry.name != "(Unused)";
    let current = has_own_name.then_some((entry.name.as_str(), PhraseKind::Current));
    let former = entry.former.iter().map(|former| (former.phrase.as_str(), PhraseKind::Former));
    let variants = entry.variants.iter().map(|variant| (variant.as_str(), PhraseKind::Variant));
    let vendors = entry.vendors.iter().map(|vendor| {
        (vendor.name.as_str(), if vendor.everyday { PhraseKind::Everyday } else { PhraseKind::Vendor })
    });
    current.into_iter().chain(former).chain(variants).chain(vendors)
}

fn constant_names_of(entry: &Entry) -> impl Iterator<Item = &str> {
    let phrases = phrases_of(entry).filter(|(_, kind)| *kind < PhraseKind::Vendor).map(|(phrase, _)| phrase);
    phrases.chain(entry.constants.iter().map(String::as_str))
}

fn rfc_page(number: &str, section: &str) -> String {
    format!("https://www.rfc-editor.org/rfc/rfc{number}.html#section-{section}")
}

fn page_of(entry: &Entry) -> String {
    if let Some(docs) = &entry.docs {
        return docs.clone();
    }
    match (entry.spec.as_deref(), &entry.section) {
        (Some(spec), section) => match (spec.strip_prefix("RFC "), section) {
            (Some(number), Some(section)) => rfc_page(number, section),
            (Some(number), None) => format!("https://www.rfc-editor.org/rfc/rfc{number}.html"),
            (None, _) => format!("https://datatracker.ietf.org/doc/{spec}/"),
        },
        (None, _) => {
            entry.vendors.iter().find_map(|vendor| vendor.url.clone()).unwrap_or_else(|| IANA_URL.to_owned())
        }
    }
}

fn custom_entry(custom: CustomCode) -> Entry {
    let says = custom.description.unwrap_or_else(|| format!("{}: a code of this project.", custom.name));
    Entry {
        code: custom.code,
        name: custom.name,
        registry_phrase: None,
        state: State::Custom,
        lifecycle: None,
        registration: None,
        spec: None,
        section: None,
        earlier: vec![],
        says,
        meaning:
            "The project's configuration declares it. Clients outside treat it as the x00 code of its class."
                .to_owned(),
        send_when: "the project's own rules say so".to_owned(),
        not_when: vec![],
        uses: vec![],
        content: Default::default(),
        cache: Default::default(),
        retry: custom.retry,
        change: None,
        retried_by: vec![],
        methods: vec![],
        request_headers: vec![],
        redirect: None,
        headers: vec![],
        example: vec![],
        former: vec![],
        variants: vec![],
        constants: custom.constants,
        instead: vec![],
        clients: vec![],
        http_versions: vec![],
        vendors: vec![],
        roles: custom.roles,
        docs: custom.docs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_phrases_and_constants_find_their_code() {
        let registry = Registry::builtin();
        assert_eq!(registry.phrase(404), Some("Not Found"));
        assert_eq!(registry.label(599), "599 Network Connect Timeout Error");
        assert_eq!(registry.by_phrase("not found"), Some((404, PhraseKind::Current)));
        assert_eq!(registry.by_phrase("Moved Temporarily"), Some((302, PhraseKind::Former)));
        assert_eq!(registry.by_phrase("Payload too large!"), Some((413, PhraseKind::Former)));
        assert_eq!(registry.by_phrase("client closed request"), Some((499, PhraseKind::Vendor)));
        assert_eq!(registry.by_phrase("invalid token"), Some((498, PhraseKind::Everyday)));
        assert_eq!(registry.by_phrase("Unauthorized"), Some((401, PhraseKind::Current)));
        assert_eq!(registry.by_phrase("page not found"), None);
        assert_eq!(registry.by_phrase("000"), None);
        assert_eq!(registry.by_phrase("unused"), None);
        for name in
            ["NOT_FOUND", "StatusNotFound", "HTTP_404_NOT_FOUND", "notFound", "SC_NOT_FOUND", "HttpNotFound"]
        {
            assert_eq!(registry.by_constant_name(name), Some(404), "{name}");
        }
        assert_eq!(registry.by_constant_name("HTTP_404"), Some(404));
        assert_eq!(registry.by_constant_name("HTTPVersionNotSupported"), Some(505));
        assert_eq!(registry.by_constant_name("HTTP_404_BAD_REQUEST"), None);
        assert_eq!(registry.by_constant_name("PAGE_NOT_FOUND"), None);
        assert_eq!(registry.by_constant_name("STATUS_CODE"), None);
    }

    #[test]
    fn no_constant_name_means_two_codes() {
        let registry = Registry::builtin();
        for entry in registry.entries() {
            for name in constant_names_of(entry).filter(|name| Key::of(name).is_some()) {
                let key = Key::of(name).unwrap();
                assert_eq!(registry.0.constants.get(key.as_bytes()), Some(&entry.code), "{name}");
            }
        }
    }

    #[test]
    fn the_nearest_code_is_of_the_same_class() {
        let registry = Registry::builtin();
        assert_eq!(registry.nearest(432), Some(431));
        assert_eq!(registry.nearest(599), Some(511));
        assert_eq!(registry.nearest(400), None);
        assert_eq!(registry.nearest(999), Some(511));
        assert_eq!(registry.nearest_of_a_vendor(432), Some(430));
    }

    #[test]
    fn a_project_may_claim_what_the_registry_has_not_assigned() {
        let custom = |code| CustomCode {
            code,
            name: "Checkout Expired".to_owned(),
            constants: vec!["CHECKOUT_EXPIRED".to_owned()],
            description: Some("The cart lock lapsed.".to_owned()),
            retry: Some(super::super::Retry::No),
            docs: Some("https://example.org/460".to_owned()),
            roles: vec!["sent".to_owned()],
        };
        let registry = Registry::builtin().with_custom(vec![custom(460), custom(418)]).unwrap();
        assert_eq!(registry.state(460), State::Custom);
        assert_eq!(registry.by_phrase("checkout expired").unwrap().0, 418);
        assert_eq!(registry.by_constant_name("CHECKOUT_EXPIRED"), Some(418));
        assert_eq!(registry.help_url(460), "https://example.org/460");
        assert_eq!(registry.vendors(460).len(), 1, "the vendor's meaning stays known");
        assert_eq!(
            Registry::builtin().with_custom(vec![custom(404)]).unwrap_err().to_string(),
            "404 is registered as \"Not Found\" and cannot be declared anew"
        );
    }

    #[test]
    fn profiles_hold_the_codes_of_their_vendor() {
        let registry = Registry::builtin();
        assert_eq!(registry.profile("nginx"), Codes::parse("444,494-497,499"));
        assert_eq!(registry.profile("cloudflare"), Codes::parse("520-526,530"));
        assert_eq!(registry.profile("iis"), Codes::parse("440,449"));
        assert_eq!(registry.profile("laravel"), Codes::parse("419"));
        assert_eq!(registry.profile("google-rpc"), Codes::parse("499"));
        assert_eq!(registry.profile("ai-api"), Codes::parse("529"));
        assert_eq!(registry.profile("aws"), Codes::parse("460,463,464,561"));
        assert_eq!(registry.profile("unheard-of"), None);
    }
}
