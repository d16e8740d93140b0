//! WeChat official accounts: XML, encrypted in safe mode. What can be answered at once goes back in the answer to the request itself; the
//! rest is sent as from a customer-service desk, which only accounts with an app secret may do. People who work in the platform's own desk get
//! what is handed over in the same way: by the answer to the request that brought a message.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use super::account::Account;
use super::crypto::{decrypt, encrypt};
use super::form::escaped;
use super::incoming::{Accepted, Answer, File, Held, Inbound, Incoming, Opening, Refusal, fresh};
use super::json::{choice, text};
use super::outgoing::{Judgement, Outbound, Request, Responded, Way};
use super::secret::{Secret, same_hex};
use super::split::{Room, Unit, split};
use super::xml;
use crate::domain::channel::Recipient;
use crate::domain::constant_time::same;
use crate::domain::conversation::Hands;

/// A request is one of now for so long.
const WITHIN: SignedDuration = SignedDuration::from_mins(5);
const ROOM: Room = Room {
    unit: Unit::Bytes,
    most: 2048,
};
/// A menu stands under a text of so many bytes.
const HEAD: usize = 1024;
/// The padding goes up to whole pieces of so many bytes, and not to the cipher's blocks.
const PIECE: u8 = 32;
/// Keys are written in base64 without its end, and their last character may say more than there is room for.
const KEYS: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// Not before the customer writes again; the token has ended; there is nobody there, or what is wrong is the message itself: its kind, nothing
/// in it, too much in it, or what may not be said (developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html).
const CLOSED: [i64; 2] = [45_015, 45_047];
const RENEW: [i64; 3] = [40_001, 40_014, 42_001];
const NEVER: [i64; 6] = [40_003, 40_008, 43_004, 44_004, 45_002, 87_014];
/// The account may not, was restricted, or the desk's address is not on its list.
const ACCOUNT: [i64; 6] = [40_164, 48_001, 48_004, 50_002, 61_004, 61_007];
/// What is wrong with what was asked, but for what is too much at once or today.
const OF_REQUEST: std::ops::RangeInclusive<i64> = 40_000..=49_999;
const TOO_MUCH: [i64; 5] = [45_009, 45_011, 45_028, 45_033, 45_065];

/// Choosing from the menu, following and scanning: so many messages are taken for so long after it.
const OPENS: [&str; 3] = ["CLICK", "subscribe", "SCAN"];
const FOLLOWS: &str = "subscribe";
const BY_DOOR: (u32, SignedDuration) = (3, SignedDuration::from_mins(1));

/// What people in the platform's own desk did with a customer: took them, passed them on, ended it. What they ended is done, and what its
/// customer writes next is not for them any more.
const HANDS: [(&str, &[Hands]); 3] = [
    ("kf_create_session", &[Hands::People]),
    ("kf_switch_session", &[Hands::People]),
    ("kf_close_session", &[Hands::Nobody, Hands::Desk]),
];

/// SHA-1 over parts in their order, in hexadecimal.
fn code(parts: &[&str]) -> Vec<u8> {
    let mut sorted = parts.to_vec();
    sorted.sort_unstable();
    Sha1::digest(sorted.concat()).to_vec()
}

pub(super) fn accept(
    account: &Account,
    incoming: &Incoming<'_>,
    now: Timestamp,
) -> Result<Accepted, Refusal> {
    let (second, nonce) = (incoming.asked("timestamp"), incoming.asked("nonce"));
    let is_safe = incoming.asked("encrypt_type") == "aes";
    if incoming.is_get || (!is_safe && account.plain) {
        let given = incoming.asked("signature");
        let fits = |secret: &Secret| same_hex(&code(&[secret.reveal(), second, nonce]), given);
        signed(given, account.any_secret(fits))?;
        fresh(second, WITHIN, now)?;
        if incoming.is_get {
            return Ok(Accepted::answer("text/plain", incoming.asked("echostr")));
        }
        return read(incoming.body);
    }
    let given = incoming.asked("msg_signature");
    if !is_safe || given.is_empty() {
        return Err(Refusal::Unsigned);
    }
    // Nothing has been checked yet: what is no envelope was not signed.
    let sealed = xml::fields(incoming.body).map_err(|_| Refusal::Unsigned)?;
    let sealed = sealed.get("Encrypt").ok_or(Refusal::Unsigned)?;
    read(&opened(account, incoming, sealed, now)?)
}

/// What was sealed, if it is signed and of now.
pub(super) fn opened(
    account: &Account,
    incoming: &Incoming<'_>,
    sealed: &str,
    now: Timestamp,
) -> Result<Vec<u8>, Refusal> {
    let (second, nonce) = (incoming.asked("timestamp"), incoming.asked("nonce"));
    let given = incoming.asked("msg_signature");
    let fits = |secret: &Secret| same_hex(&code(&[secret.reveal(), second, nonce, sealed]), given);
    signed(given, account.any_secret(fits))?;
    fresh(second, WITHIN, now)?;
    open(account, sealed).ok_or(Refusal::Unreadable)
}

const fn signed(given: &str, is_signed: bool) -> Result<(), Refusal> {
    match (given.is_empty(), is_signed) {
        (true, _) => Err(Refusal::Unsigned),
        (false, false) => Err(Refusal::Forged),
        (false, true) => Ok(()),
    }
}

fn key_of(account: &Account) -> Option<[u8; 32]> {
    let key = account.aes_key.as_ref()?;
    KEYS.decode(key.reveal()).ok()?.try_into().ok()
}

/// Whether a text is a key of this platform.
pub(super) fn is_key(secret: &Secret) -> bool {
    KEYS.decode(secret.reveal())
        .is_ok_and(|key| key.len() == 32)
}

/// Sixteen bytes of no meaning, the length, the message, and for whom it is.
fn open(account: &Account, sealed: &str) -> Option<Vec<u8>> {
    let key = key_of(account)?;
    let cipher = KEYS.decode(sealed).ok()?;
    let text = decrypt(&key, key.first_chunk()?, &cipher, PIECE)?;
    let (length, rest) = text.get(16..)?.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (message, whom) = rest.split_at_checked(length)?;
    let app = account.sender.as_deref()?;
    same(whom, app.as_bytes()).then(|| message.to_vec())
}

fn read(body: &[u8]) -> Result<Accepted, Refusal> {
    let fields = xml::fields(body)?;
    let mut accepted = Accepted::answer("text/plain", "success");
    let field = |name: &str| fields.get(name).filter(|text| !text.is_empty()).cloned();
    let event = field("Event").unwrap_or_default();
    if let Some((_, hands)) = HANDS.iter().find(|(name, _)| *name == event) {
        let user = field("FromUserName").unwrap_or_default();
        accepted.held.extend(hands.iter().map(|hands| Held {
            user: user.clone(),
            place: field("ToUserName"),
            hands: *hands,
            before: 0,
        }));
        return Ok(accepted);
    }
    if OPENS.contains(&event.as_str()) {
        let opening = field("FromUserName").map(|user| Opening {
            user,
            most: BY_DOOR.0,
            within: BY_DOOR.1,
            came_to: field("ToUserName").filter(|_| event == FOLLOWS),
        });
        accepted.opened.extend(opening);
        return Ok(accepted);
    }
    let (Some(user), Some(id), Some(kind)) =
        (field("FromUserName"), field("MsgId"), field("MsgType"))
    else {
        return Ok(accepted);
    };
    let (said, files) = match kind.as_str() {
        "text" => (field("Content").unwrap_or_default(), Vec::new()),
        "image" | "voice" | "video" | "shortvideo" | "file" => {
            let id = field("MediaId").unwrap_or_default();
            (
                field("Recognition").unwrap_or_default(),
                vec![File { kind, id }],
            )
        }
        _ => return Ok(accepted),
    };
    accepted.messages.push(Inbound {
        id,
        user,
        place: field("ToUserName"),
        text: said,
        choice: field("bizmsgmenuid").and_then(|id| choice(&id)),
        files,
        ..Inbound::default()
    });
    Ok(accepted)
}

/// The answer within the answer: what is said to whom, encrypted if the request was. None when it is too long for that.
pub(super) fn inline(
    account: &Account,
    incoming: &Incoming<'_>,
    to: &Recipient,
    said: &str,
    (second, random): (i64, [u8; 16]),
) -> Option<Answer> {
    if said.is_empty() || said.len() > ROOM.most {
        return None;
    }
    let said = format!("<Content>{}</Content>", xml::cdata(said));
    answer(account, incoming, (to, "text", &said), (second, random))
}

/// As much of a text as fits into the answer, up to the end of a sentence, with the way to the rest behind it, for an account that can send nothing
/// else. None where all of it fits, or what does not is sent.
pub(super) fn beginning(account: &Account, said: &str, way: Option<&str>) -> Option<String> {
    if account.token.is_some() || said.len() <= ROOM.most {
        return None;
    }
    let behind = way.map_or_else(|| "\u{2026}".to_owned(), |way| format!("\n\n{way}"));
    let most = ROOM.most.checked_sub(behind.len())?;
    let first = split(said, Room { most, ..ROOM }).into_iter().next()?;
    Some(first + &behind)
}

/// The answer that has the message, and all that its customer writes until then, go to the people who work in the platform's own desk, or to
/// one of them (developers.weixin.qq.com/doc/offiaccount/Customer_Service/Forwarding_of_messages_to_service_center.html).
pub(super) fn hand_over(
    account: &Account,
    incoming: &Incoming<'_>,
    to: &Recipient,
    now: (i64, [u8; 16]),
) -> Option<Answer> {
    let whom = account.servicer.as_deref().map(xml::cdata);
    let whom = whom.map(|whom| format!("<TransInfo><KfAccount>{whom}</KfAccount></TransInfo>"));
    let whom = whom.unwrap_or_default();
    answer(
        account,
        incoming,
        (to, "transfer_customer_service", &whom),
        now,
    )
}

/// An answer of a kind, encrypted if the request was.
fn answer(
    account: &Account,
    incoming: &Incoming<'_>,
    (to, kind, rest): (&Recipient, &str, &str),
    (second, random): (i64, [u8; 16]),
) -> Option<Answer> {
    let body = format!(
        "<xml><ToUserName>{}</ToUserName><FromUserName>{}</FromUserName><CreateTime>{second}</CreateTime><MsgType>{}</MsgType>{rest}</xml>",
        xml::cdata(&to.user),
        xml::cdata(to.place.as_deref().unwrap_or_default()),
        xml::cdata(kind)
    );
    let body = match incoming.asked("encrypt_type") {
        "aes" => seal(account, &body, second, random)?,
        _ => body,
    };
    Some(Answer {
        media_type: "text/xml",
        body,
    })
}

fn seal(account: &Account, body: &str, second: i64, random: [u8; 16]) -> Option<String> {
    let key = key_of(account)?;
    let length = u32::try_from(body.len()).ok()?.to_be_bytes();
    let app = account.sender.as_deref()?;
    let whole = [&random[..], &length, body.as_bytes(), app.as_bytes()].concat();
    let sealed = KEYS.encode(encrypt(&key, key.first_chunk()?, &whole, PIECE));
    let nonce: String = random
        .iter()
        .take(8)
        .map(|byte| (byte % 10).to_string())
        .collect();
    let second = second.to_string();
    let secret = account.secrets.first()?.reveal();
    let signature: String = code(&[secret, &second, &nonce, &sealed])
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Some(format!(
        "<xml><Encrypt>{}</Encrypt><MsgSignature>{}</MsgSignature><TimeStamp>{second}</TimeStamp><Nonce>{}</Nonce></xml>",
        xml::cdata(&sealed),
        xml::cdata(&signature),
        xml::cdata(&nonce)
    ))
}

pub(super) fn token_request(account: &Account) -> Request {
    let secret = account.token.as_ref().map_or("", Secret::reveal);
    let body =
        json!({"grant_type": "client_credential", "appid": account.sender, "secret": secret});
    Request::json(account, "/cgi-bin/stable_token", &body)
}

pub(super) fn token_in(body: &Value) -> Option<(String, i64)> {
    Some((text(body, "/access_token")?, body["expires_in"].as_i64()?))
}

pub(super) fn render(way: &Way<'_>, out: &Outbound) -> Vec<Request> {
    let path = format!(
        "/cgi-bin/message/custom/send?access_token={}",
        escaped(way.token)
    );
    let is_menu = !out.choices.is_empty() && out.text.len() <= HEAD;
    if is_menu {
        let list = out
            .choices
            .iter()
            .map(|choice| json!({"id": choice.number.to_string(), "content": choice.label}));
        let menu =
            json!({"head_content": out.text, "list": list.collect::<Vec<_>>(), "tail_content": ""});
        let body = json!({"touser": way.to.user, "msgtype": "msgmenu", "msgmenu": menu});
        return vec![Request::json(way.account, &path, &body)];
    }
    let parts = split(&out.numbered(), ROOM).into_iter();
    let requests = parts.map(|part| {
        let body = json!({"touser": way.to.user, "msgtype": "text", "text": {"content": part}});
        Request::json(way.account, &path, &body)
    });
    requests.collect()
}

pub(super) fn judge(responded: &Responded<'_>) -> Judgement {
    let body = responded.json();
    let Some(code) = body["errcode"].as_i64() else {
        return match responded.by_status() {
            Judgement::Sent(_) => Judgement::unreadable(),
            other => other,
        };
    };
    let why = format!(
        "error {code}: {}",
        text(&body, "/errmsg").unwrap_or_default()
    );
    match code {
        0 => Judgement::Sent(None),
        _ if CLOSED.contains(&code) => Judgement::Closed(why),
        _ if RENEW.contains(&code) => Judgement::Renew(why),
        _ if NEVER.contains(&code) => Judgement::Never(why),
        _ => refused(code, why),
    }
}

/// What a code means that no platform of the family has a use of its own for.
pub(super) fn refused(code: i64, why: String) -> Judgement {
    match code {
        _ if ACCOUNT.contains(&code) => Judgement::Account(why),
        _ if OF_REQUEST.contains(&code) && !TOO_MUCH.contains(&code) => Judgement::Never(why),
        _ => Judgement::Later(why, None),
    }
}
