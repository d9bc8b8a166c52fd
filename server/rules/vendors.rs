//! Which vendors' codes are at home in a file: a profile is switched on by the configuration, by what the file is, or by
//! the place where a code stands.

use super::Env;
use crate::facts::{Facts, Mention};

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
