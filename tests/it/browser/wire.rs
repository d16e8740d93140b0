//! JSON over HTTP, waiting for each answer: the driver of the browser and the desk are both spoken to so.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// An answer.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Asks `host:port` for something. None when nobody is there, or the answer breaks off.
pub fn ask(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .ok()?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body).ok()?;
    read(stream)
}

/// Asks with JSON, as somebody with a token.
pub fn json(
    address: &str,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> Option<Answer> {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    ask(address, method, path, &headers, body.to_string().as_bytes())
}

fn read(mut stream: TcpStream) -> Option<Answer> {
    let mut all = Vec::new();
    let mut part = [0; 16 * 1024];
    loop {
        let end = all.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8_lossy(&all[..end]).into_owned();
            let answer = |body: &[u8]| Answer {
                status: head
                    .split(' ')
                    .nth(1)
                    .and_then(|code| code.parse().ok())
                    .unwrap_or(0),
                head: head.clone(),
                body: body.to_vec(),
            };
            let length = answer(&[])
                .header("content-length")
                .and_then(|n| n.parse::<usize>().ok());
            let body = &all[end + 4..];
            if length.is_some_and(|length| body.len() >= length) {
                return Some(answer(&body[..length.unwrap()]));
            }
            let got = stream.read(&mut part).ok()?;
            if got == 0 {
                let body = all[end + 4..].to_vec();
                return length.is_none().then(|| answer(&body));
            }
            all.extend_from_slice(&part[..got]);
        } else {
            let got = stream.read(&mut part).ok()?;
            if got == 0 {
                return None;
            }
            all.extend_from_slice(&part[..got]);
        }
    }
}
