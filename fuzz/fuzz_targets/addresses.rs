//! Any text is an address: trimmed, taken apart as WIRE 3.4 has it, and nothing is lost.
#![no_main]

use agentmail_webhooks::{Address, Event, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let address = Address::from_text(text);
    assert_eq!(address, Address::from_text(text.to_owned()), "borrowed and owned differ");

    let Address { name, email, .. } = &address;
    assert_eq!(email.trim(), email);
    assert_ne!(name.as_deref(), Some(""));
    let trimmed = text.trim();
    if trimmed.ends_with('>') && trimmed.contains('<') {
        // Put together again, but for white space and how the name is quoted.
        let at = trimmed.rfind('<').unwrap_or_default();
        let (before, inside) = (trimmed[..at].trim(), &trimmed[at + 1..trimmed.len() - 1]);
        assert_eq!(inside.trim(), email);
        let name = name.as_deref().unwrap_or_default();
        let is_quoted = before.len() >= 2 && before.starts_with('"') && before.ends_with('"');
        if is_quoted {
            assert_eq!(unescaped(&before[1..before.len() - 1]), name);
        } else {
            assert_eq!(before, name);
        }
        // Quoted, any name comes back.
        if !name.is_empty() {
            let quoted = name.replace('\\', r"\\").replace('"', "\\\"");
            assert_eq!(Address::from_text(format!(" \"{quoted}\" < {email} > ")), address);
        }
    } else {
        assert_eq!((name.as_deref(), email.as_ref()), (None, trimmed));
    }

    // The same through an event: as a string, as an object, in a list.
    let object = serde_json::to_value(&address).expect("plain data");
    for sender in [serde_json::json!(text), object.clone()] {
        let mail = serde_json::json!({"event_type": "mail.received", "agent_id": "a", "message_id": "m", "sender": sender});
        let mail = mail.to_string();
        let Ok(Event::MailReceived(event)) = parse(mail.as_bytes()) else {
            panic!("no mail.received: {mail}")
        };
        assert_eq!(event.sender.as_ref(), Some(&address));
        let send = serde_json::json!({"event_type": "message.sent", "send":
            {"inbox_id": "i", "thread_id": "t", "message_id": "m", "recipients": [sender, object]}});
        let send = send.to_string();
        let Ok(Event::MessageSent(event)) = parse(send.as_bytes()) else { panic!("no message.sent: {send}") };
        assert_eq!(event.send.recipients, [address.clone(), address.clone()]);
    }
});

/// Without the backslashes of `\"` and `\\`, written in another way than the library's.
fn unescaped(quoted: &str) -> String {
    let whole: Vec<_> = quoted.split(r"\\").map(|part| part.replace("\\\"", "\"")).collect();
    whole.join("\\")
}
