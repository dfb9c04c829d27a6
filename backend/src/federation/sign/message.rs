//! RFC 9421, HTTP Message Signatures: what Mastodon, Fedify and GoToSocial are moving to.
//!
//! Owns how both headers are read, what must be signed, and the text that was signed. Structured fields are read and written
//! by `sfv`. The surprise is that the parameters are signed as they were written, in their order, known or not.

use http::HeaderMap;
use sfv::{BareItem, Dictionary, InnerList, Item, ItemSerializer, ListEntry, ListSerializer, Parser};
use shared::time::Timestamp;

use super::claim::{Claim, Scheme};
use super::digest::check_content_digest;
use super::headers::{joined, text};
use super::key::Algorithm;
use super::key_id::KeyId;
use super::refusal::Refusal;
use super::request::{Request, Skew};
use super::target::{authority, derived, query_param};

/// Signatures of one request: its own, and those of proxies before us.
const SIGNATURES_MAX: usize = 8;
/// Components of one signature.
const COMPONENTS_MAX: usize = 32;
/// Letters of a nonce or tag that are kept.
const WORD_LETTERS_MAX: usize = 256;

/// What else a signature says beside its components.
struct Parameters {
    created: Timestamp,
    expires: Option<Timestamp>,
    key_id: KeyId,
    algorithm: Option<Algorithm>,
    nonce: Option<String>,
    tag: Option<String>,
}

/// Reads the first signature that counts. `signatures` is the line that holds the dictionary of them.
pub(super) fn read(
    request: &Request<'_>,
    signatures: &str,
    now: Timestamp,
    skew: &Skew,
) -> Result<Claim, Refusal> {
    let mut refusal = Refusal::Missing;
    for (input, signature) in pairs(request.headers, signatures)? {
        match read_one(request, &input, signature, now, skew) {
            Ok(claim) => return Ok(claim),
            Err(found) => refusal = found,
        }
    }
    Err(refusal)
}

/// Signatures with what they say that they are of.
fn pairs(headers: &HeaderMap, signatures: &str) -> Result<Vec<(InnerList, Vec<u8>)>, Refusal> {
    const ODD: Refusal = Refusal::Unreadable("`Signature` and `Signature-Input` are no dictionaries");
    let inputs = joined(headers, "signature-input").ok_or(Refusal::Missing)?;
    let inputs: Dictionary = Parser::new(text(&inputs, "signature-input")?).parse().map_err(|_| ODD)?;
    let signatures: Dictionary = Parser::new(signatures).parse().map_err(|_| ODD)?;
    if SIGNATURES_MAX < inputs.len().max(signatures.len()) {
        return Err(Refusal::TooLong("signature-input"));
    }
    let pairs = inputs.into_iter().filter_map(|(label, input)| {
        let ListEntry::InnerList(input) = input else { return None };
        let ListEntry::Item(signature) = signatures.get(&label)? else { return None };
        Some((input, signature.bare_item.as_byte_sequence()?.to_vec()))
    });
    Ok(pairs.collect())
}

fn read_one(
    request: &Request<'_>,
    input: &InnerList,
    signature: Vec<u8>,
    now: Timestamp,
    skew: &Skew,
) -> Result<Claim, Refusal> {
    if COMPONENTS_MAX < input.items.len() {
        return Err(Refusal::Unreadable("too many components"));
    }
    let found = parameters(input)?;
    skew.judge(now, found.created, found.expires)?;
    check_coverage(request, input)?;
    if request.has_body() {
        check_content_digest(request.headers, request.body)?;
    }
    let ways = match found.algorithm {
        Some(way) => vec![way],
        // The key says it (RFC 9421 §3.2): the network's RSA is of the older kind.
        None => vec![Algorithm::RsaV15Sha256, Algorithm::RsaPssSha512, Algorithm::Ed25519],
    };
    Ok(Claim {
        scheme: Scheme::Message,
        key_id: found.key_id,
        messages: vec![base(request, input)?],
        ways,
        signature,
        signed_at: found.created,
        nonce: found.nonce,
        tag: found.tag,
    })
}

/// Method, the whole target and the body must be signed.
fn check_coverage(request: &Request<'_>, input: &InnerList) -> Result<(), Refusal> {
    let covers = |name: &str| {
        let is_it = |item: &Item| {
            item.params.is_empty() && item.bare_item.as_string().is_some_and(|found| found.as_str() == name)
        };
        input.items.iter().any(is_it)
    };
    let has_host = covers("@authority") || covers("host");
    let has_path = covers("@path") && (request.query.is_none() || covers("@query"));
    if !covers("@method") {
        return Err(Refusal::Uncovered("@method"));
    }
    if !covers("@target-uri") && !(has_host && (has_path || covers("@request-target"))) {
        return Err(Refusal::Uncovered("@target-uri"));
    }
    if request.has_body() && !covers("content-digest") {
        return Err(Refusal::Uncovered("content-digest"));
    }
    Ok(())
}

fn parameters(input: &InnerList) -> Result<Parameters, Refusal> {
    let date = |name: &str| -> Result<Option<Timestamp>, Refusal> {
        let Some(value) = input.params.get(name) else { return Ok(None) };
        let seconds = value.as_integer().and_then(|seconds| i64::from(seconds).checked_mul(1000));
        seconds.map(|ms| Some(Timestamp(ms))).ok_or(Refusal::Undated)
    };
    let word = |name: &str| -> Result<Option<String>, Refusal> {
        let Some(value) = input.params.get(name) else { return Ok(None) };
        let word = value.as_string().map(|word| word.as_str()).filter(|word| word.len() <= WORD_LETTERS_MAX);
        word.map(|word| Some(word.to_owned())).ok_or(Refusal::Unreadable("a parameter that is no text"))
    };
    let key_id = input.params.get("keyid").and_then(BareItem::as_string);
    let key_id = key_id.ok_or(Refusal::Unreadable("no `keyid`"))?;
    let algorithm = match word("alg")? {
        None => None,
        Some(name) => Some(
            Algorithm::from_registry(&name)
                .ok_or_else(|| Refusal::Algorithm(name.chars().take(40).collect()))?,
        ),
    };
    Ok(Parameters {
        created: date("created")?.ok_or(Refusal::Uncovered("created"))?,
        expires: date("expires")?,
        key_id: KeyId::parse(key_id.as_str()).ok_or(Refusal::KeyId)?,
        algorithm,
        nonce: word("nonce")?,
        tag: word("tag")?,
    })
}

/// The text that was signed (RFC 9421 §2.5).
pub(super) fn base(request: &Request<'_>, input: &InnerList) -> Result<Vec<u8>, Refusal> {
    let mut base = Vec::new();
    let mut earlier = Vec::new();
    for item in &input.items {
        let name = ItemSerializer::new().bare_item(&item.bare_item).parameters(&item.params).finish();
        let value = component(request, item)?;
        if earlier.contains(&name) {
            return Err(Refusal::Unreadable("a component twice"));
        }
        push(&mut base, &name, &value);
        earlier.push(name);
    }
    push(&mut base, "\"@signature-params\"", write_input(input).as_bytes());
    // The last line has no end.
    base.pop();
    Ok(base)
}

fn push(base: &mut Vec<u8>, name: &str, value: &[u8]) {
    base.extend_from_slice(name.as_bytes());
    base.extend_from_slice(b": ");
    base.extend_from_slice(value);
    base.push(b'\n');
}

/// The list of components with its parameters, as it is signed and sent.
pub(super) fn write_input(input: &InnerList) -> String {
    let mut list = ListSerializer::new();
    {
        let mut inner = list.inner_list();
        inner.items(&input.items);
        inner.finish().parameters(&input.params);
    }
    list.finish().unwrap_or_default()
}

fn component(request: &Request<'_>, item: &Item) -> Result<Vec<u8>, Refusal> {
    let name = item.bare_item.as_string().ok_or(Refusal::Unreadable("a component that is no text"))?.as_str();
    let told = || name.chars().take(40).collect::<String>();
    if name == "@query-param" {
        let mut parameters = item.params.iter();
        let wanted = match (parameters.next(), parameters.next()) {
            (Some((key, value)), None) if key.as_str() == "name" => value.as_string(),
            _ => None,
        };
        let wanted = wanted.ok_or_else(|| Refusal::Component(told()))?;
        let value = query_param(request, wanted.as_str()).ok_or_else(|| Refusal::Absent(told()))?;
        return Ok(value.into_bytes());
    }
    // Ways to sign less than a whole header, or headers of another message. Nobody on the network uses them.
    if !item.params.is_empty() {
        return Err(Refusal::Component(told()));
    }
    if name.starts_with('@') {
        return derived(request, name).map(String::into_bytes).ok_or_else(|| Refusal::Component(told()));
    }
    if name == "host" {
        // Ours as others know it: a proxy may have put its own in its place.
        return Ok(authority(request.scheme, request.authority).into_bytes());
    }
    joined(request.headers, name).ok_or_else(|| Refusal::Absent(told()))
}
