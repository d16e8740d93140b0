//! Bodies as platforms encrypt and sign them, made by this side alone.

use aes::Aes256;
use aes::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::json;
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use super::{AES_KEY, PUBLIC, SECRET, hex};

fn cbc(key: &[u8], iv: &[u8], text: &[u8], piece: usize) -> Vec<u8> {
    let pad = piece - text.len() % piece;
    let mut cipher = [text, &vec![u8::try_from(pad).unwrap(); pad]].concat();
    let mut mode = cbc::Encryptor::<Aes256>::new(key.try_into().unwrap(), iv.try_into().unwrap());
    for block in cipher.chunks_exact_mut(16) {
        mode.encrypt_block(block.try_into().unwrap());
    }
    cipher
}

/// The key of the account: its last character says more than there is room for, and what is too much is dropped.
pub fn wechat_key() -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let values = AES_KEY.chars().map(|c| LETTERS.find(c).unwrap());
    let bits: String = values.map(|value| format!("{value:06b}")).collect();
    let bytes = bits.as_bytes().chunks_exact(8);
    bytes
        .map(|bits| u8::from_str_radix(str::from_utf8(bits).unwrap(), 2).unwrap())
        .collect()
}

pub fn wechat(xml: &str) -> String {
    wechat_for(xml, "wx2c2769f8efd9abc2")
}

/// A message for an app.
pub fn wechat_for(xml: &str, app: &str) -> String {
    let length = u32::try_from(xml.len()).unwrap().to_be_bytes();
    let text = [&[b'r'; 16][..], &length, xml.as_bytes(), app.as_bytes()].concat();
    wechat_of(&text)
}

/// Any bytes as the platform encrypts them.
pub fn wechat_of(text: &[u8]) -> String {
    let key = wechat_key();
    let sealed = STANDARD.encode(cbc(&key, &key[..16], text, 32));
    format!(
        "<xml><ToUserName><![CDATA[gh]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    )
}

/// A cipher that nobody made.
pub fn wechat_raw(cipher: &[u8]) -> String {
    let sealed = STANDARD.encode(cipher);
    format!("<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>")
}

/// The message of an answer that the desk encrypted.
pub fn wechat_opened(sealed: &str) -> String {
    let key = wechat_key();
    let mut text = STANDARD.decode(sealed).unwrap();
    let mut mode = cbc::Decryptor::<Aes256>::new(
        key.as_slice().try_into().unwrap(),
        key[..16].try_into().unwrap(),
    );
    for block in text.chunks_exact_mut(16) {
        mode.decrypt_block(block.try_into().unwrap());
    }
    let length = u32::from_be_bytes(text[16..20].try_into().unwrap()) as usize;
    let pad = usize::from(*text.last().unwrap());
    assert_eq!(&text[20 + length..text.len() - pad], b"wx2c2769f8efd9abc2");
    String::from_utf8(text[20..20 + length].to_vec()).unwrap()
}

/// The query with which the platform sends an encrypted body.
pub fn wechat_query(secret: &str, body: &[u8], at: Timestamp) -> String {
    let text = String::from_utf8_lossy(body);
    let sealed = text
        .split("<Encrypt><![CDATA[")
        .nth(1)
        .and_then(|rest| rest.split(']').next());
    let (second, sealed) = (at.as_second().to_string(), sealed.unwrap_or_default());
    let code = sha1_of(&[secret, &second, "nonce", sealed]);
    format!("?encrypt_type=aes&timestamp={second}&nonce=nonce&signature=x&msg_signature={code}")
}

/// SHA-1 over parts in their order.
pub fn sha1_of(parts: &[&str]) -> String {
    let mut sorted = parts.to_vec();
    sorted.sort_unstable();
    hex(&Sha1::digest(sorted.concat()))
}

pub fn feishu(body: &str) -> String {
    let key = Sha256::digest(SECRET.as_bytes());
    let iv = [7; 16];
    let sealed = [&iv[..], &cbc(&key, &iv, body.as_bytes(), 16)].concat();
    json!({"encrypt": STANDARD.encode(sealed)}).to_string()
}

pub fn escaped(text: &str) -> String {
    let bytes = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    });
    bytes.collect()
}

pub fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match (first, after.get(..2)) {
            (b'%', Some(hex)) => {
                let hex = str::from_utf8(hex).unwrap_or("20");
                bytes.push(u8::from_str_radix(hex, 16).unwrap_or(b' '));
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The signature of a form that was sent to the account `shop`.
pub fn twilio(secret: &str, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut pairs: Vec<(String, String)> = text
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (unescaped(name), unescaped(value)))
        .collect();
    pairs.sort();
    let fields: String = pairs
        .into_iter()
        .map(|(name, value)| name + &value)
        .collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{PUBLIC}/hooks/twilio/shop{fields}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}
