//! Generated parts of pages, between `<!-- mark -->` and `<!-- /mark -->`.

/// The page with this part as it should be. `name` is the page's, for the fault.
///
/// # Errors
/// The marks are not there.
pub fn renewed(page: &str, name: &str, mark: &str, fresh: &str) -> Result<String, String> {
    let (open, close) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->"));
    let parts = page.split_once(&open).and_then(|(before, rest)| Some((before, rest.split_once(&close)?.1)));
    let (before, after) =
        parts.ok_or_else(|| format!("{name}: a part between {} and {close} is missing", open.trim()))?;
    Ok(format!("{before}{open}{fresh}{close}{after}"))
}

#[cfg(test)]
mod tests {
    use super::renewed;

    #[test]
    fn the_part_between_its_marks_is_renewed_and_nothing_else() {
        let page = "a\n<!-- x -->\nold\n<!-- /x -->\nb <!-- y -->\n";
        assert_eq!(
            renewed(page, "P.md", "x", "new\n"),
            Ok("a\n<!-- x -->\nnew\n<!-- /x -->\nb <!-- y -->\n".into())
        );
        assert!(
            renewed(page, "P.md", "y", "new\n").is_err_and(|fault| fault.starts_with("P.md: a part between"))
        );
    }
}
