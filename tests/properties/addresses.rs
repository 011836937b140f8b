//! Addresses, compared with a mail parser.

use agentmail_webhooks::Address;
use mailparse::{MailAddr, addrparse};
use proptest::prelude::*;

use super::config;
use super::invariants::check_address;

/// A display name on the wire, by RFC 5322 and 6532: words, or a quoted string.
fn display_name() -> impl Strategy<Value = String> {
    const ATOM: &str = r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~\-äßéüøЖ東京\u{1f642}]{1,8}";
    let words = prop::collection::vec(ATOM, 1..4).prop_map(|words| words.join(" "));
    // Escapes only what must be escaped.
    let quoted =
        r"[ -~äßéЖ東京\u{1f642}]{1,20}".prop_map(|name| name.replace('\\', r"\\").replace('"', r#"\""#));
    prop_oneof![words, quoted.prop_map(|name| format!("\"{name}\""))]
}

/// A comment by RFC 5322: text and escapes in parentheses. The parser has no nested ones.
fn comment() -> impl Strategy<Value = String> {
    let text = r#"([ !"-'*-\[\]-~äßéЖ東京\u{1f642}]|\\[ -~]){0,8}"#;
    text.prop_map(|text| format!("({text})"))
}

fn mailbox() -> impl Strategy<Value = String> {
    let local = r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~\-äß東]{1,8}(\.[a-z0-9]{1,8}){0,2}";
    let domain = r"([a-z0-9äß東\-]{1,8}(\.[a-z]{2,4}){1,2}|\[192\.0\.2\.[0-9]\])";
    let address = (local, domain).prop_map(|(local, domain)| format!("{local}@{domain}"));
    let named = (display_name(), " {0,2}", address.clone())
        .prop_map(|(name, space, address)| format!("{name}{space}<{address}>"));
    let mailbox = prop_oneof![named, address.clone().prop_map(|address| format!("<{address}>")), address];
    (mailbox, prop::collection::vec(comment(), 0..3), " {0,2}").prop_map(|(mailbox, comments, space)| {
        let comments = comments.into_iter().fold(String::new(), |all, comment| all + &space + &comment);
        format!("{space}{mailbox}{comments}{space}")
    })
}

/// Parses an address with a mail parser.
fn theirs(text: &str) -> Option<(Option<String>, String)> {
    let mut all = addrparse(text).ok()?.into_inner();
    match (all.pop(), all.pop()) {
        (Some(MailAddr::Single(one)), None) => Some((one.display_name, one.addr)),
        _ => None,
    }
}

fn ours(text: &str) -> (Option<String>, String) {
    let Address { name, email, .. } = Address::from_text(text);
    (name.map(Into::into), email.into())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text_is_an_address(text in any::<String>(), marks in r#"[ <>"\\@a,\t\u{a0}]{0,24}"#) {
        check_address(&text);
        check_address(&marks);
    }

    #[test]
    fn well_formed_mailboxes_are_as_a_mail_parser_has_them(mailbox in mailbox()) {
        check_address(&mailbox);
        let (name, email) = ours(&mailbox);
        let (their_name, their_email) = theirs(&mailbox).unwrap();
        prop_assert_eq!(email, their_email);
        // The parser has no name from a comment.
        if let Some(their_name) = their_name {
            prop_assert_eq!(name, Some(their_name));
        } else {
            prop_assert!(name.is_none() || mailbox.trim_end().ends_with(')'));
        }
    }
}

/// Cases in which WIRE 3.4 is simpler than RFC 5322, or accepts more than the parser. If either changes, delete the
/// line.
#[test]
fn divergences_from_the_mail_parser() {
    type Mailbox = (Option<&'static str>, &'static str);
    let divergences: [(&str, Mailbox, Option<Mailbox>); 14] = [
        // An empty name is none.
        (r#""" <a@b.c>"#, (None, "a@b.c"), Some((Some(""), "a@b.c"))),
        // Only `\"` and `\\` are escapes.
        (r#""J\ane" <a@b.c>"#, (Some(r"J\ane"), "a@b.c"), Some((Some("Jane"), "a@b.c"))),
        // Comments are text but at the end, where one is the name if there is no other; and two quoted strings are one.
        ("Jane (work) <a@b.c>", (Some("Jane (work)"), "a@b.c"), Some((Some("Jane"), "a@b.c"))),
        ("a@b.c (Jane)", (Some("Jane"), "a@b.c"), Some((None, "a@b.c"))),
        ("a@b.c (Jane (Doe))", (Some("Jane (Doe)"), "a@b.c"), Some((None, "a@b.c )"))),
        (r#""A" "B" <a@b.c>"#, (Some(r#"A" "B"#), "a@b.c"), Some((Some("A B"), "a@b.c"))),
        // An angle bracket in a quoted local part.
        (r#"Jane <"a<b"@b.c>"#, (Some(r#"Jane <"a"#), r#"b"@b.c"#), Some((Some("Jane"), r#""a<b"@b.c"#))),
        (r#"Jane <"a>b"@b.c>"#, (Some("Jane"), r#""a>b"@b.c"#), None),
        // A string is one mailbox: no list, no group.
        ("a@b.c, d@e.f", (None, "a@b.c, d@e.f"), None),
        ("team: a@b.c;", (None, "team: a@b.c;"), None),
        // No string fails.
        ("Jane Doe", (None, "Jane Doe"), None),
        ("Jane <>", (Some("Jane"), ""), None),
        ("Jane <a@b.c", (None, "Jane <a@b.c"), None),
        (r#""a b"@b.c"#, (None, r#""a b"@b.c"#), None),
    ];
    let owned = |(name, email): Mailbox| (name.map(str::to_owned), email.to_owned());
    for (text, our_mailbox, their_mailbox) in divergences {
        check_address(text);
        assert_eq!((ours(text), theirs(text)), (owned(our_mailbox), their_mailbox.map(owned)), "{text}");
    }
}
