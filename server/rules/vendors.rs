//! Whose code it is, and who sends it: a vendor's profile is switched on by the configuration, by what the file is, or by
//! the place where a code stands.

use super::Env;
use crate::facts::{Facts, Mention, Site};

/// The vendor profiles that hold in this file, and those of the mention's own place.
pub fn active<'f>(
    facts: &'f Facts,
    env: &'f Env,
    mention: Option<&'f Mention>,
) -> impl Iterator<Item = &'f str> {
    let automatic = env.settings.automatic_vendors;
    let by_place = mention.map_or(&[][..], |mention| mention.terms.vendors.as_slice());
    env.settings
        .vendors
        .iter()
        .chain(facts.vendors.iter().filter(move |_| automatic))
        .chain(by_place.iter().filter(move |_| automatic))
        .map(String::as_str)
}

/// A configured code that a known format gives to clients. In a list, and under a key that only looks like one of a status,
/// it may as well be what others answer: what to retry, what counts as healthy.
pub fn is_set_by_a_server(facts: &Facts, mention: &Mention) -> bool {
    let by_row = facts.format.is_some() && mention.library.is_some();
    mention.site == Site::Directive || by_row && mention.site != Site::Element
}
