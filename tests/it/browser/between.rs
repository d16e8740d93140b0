//! What stands between a browser and the desk in most shops: it passes requests on, or answers in the desk's place, or does neither.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What becomes of a request.
#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    Passes,
    /// The desk is not there: a page of the proxy's own says so, and what was open is cut.
    BadGateway,
    Reset,
    /// Nothing ever comes back, and the desk hears of nothing.
    Hangs,
    /// The desk does it, and its answer is lost.
    AnswerLost,
    /// It takes four seconds.
    Slow,
}

/// What holds now, and for which paths: those that have this in their first line.
type Rule = Arc<Mutex<(Way, &'static str)>>;

/// The proxy. It ends with the tests.
pub struct Between {
    pub address: String,
    rule: Rule,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Between {
    pub fn to(desk: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let between = Self {
            address: listener.local_addr().unwrap().to_string(),
            rule: Arc::new(Mutex::new((Way::Passes, ""))),
            open: Arc::default(),
        };
        let (rule, open, desk) = (between.rule.clone(), between.open.clone(), desk.to_owned());
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let (rule, open, desk) = (rule.clone(), open.clone(), desk.clone());
                std::thread::spawn(move || serve(near, &rule, &open, &desk));
            }
        });
        between
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, for requests that have this in their first line.
    pub fn is(&self, way: Way, of: &'static str) {
        *self.rule.lock().unwrap() = (way, of);
        if way == Way::BadGateway {
            for stream in self.open.lock().unwrap().drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

fn serve(mut near: TcpStream, rule: &Rule, open: &Mutex<Vec<TcpStream>>, desk: &str) -> Option<()> {
    let mut got = Vec::new();
    let mut part = [0; 4096];
    let end = loop {
        if let Some(end) = got.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        let n = near.read(&mut part).ok().filter(|&n| n > 0)?;
        got.extend_from_slice(&part[..n]);
    };
    let head = String::from_utf8_lossy(&got[..end]).into_owned();
    let first = head.lines().next()?;
    let (way, of) = *rule.lock().unwrap();
    let way = if first.contains(of) { way } else { Way::Passes };
    match way {
        Way::BadGateway => {
            let words = "HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 11\r\nconnection: close\r\n\r\nBad Gateway";
            return near.write_all(words.as_bytes()).ok();
        }
        Way::Reset => return None,
        Way::Hangs => std::thread::sleep(Duration::from_secs(600)),
        Way::Slow => std::thread::sleep(Duration::from_secs(4)),
        Way::Passes | Way::AnswerLost => {}
    }
    let mut far = TcpStream::connect(desk).ok()?;
    let kept = head
        .lines()
        .filter(|line| !line.to_lowercase().starts_with("connection:"));
    let head: String = kept.map(|line| format!("{line}\r\n")).collect();
    far.write_all(format!("{head}connection: close\r\n\r\n").as_bytes())
        .ok()?;
    far.write_all(&got[end + 4..]).ok()?;
    for stream in [&near, &far] {
        open.lock().unwrap().push(stream.try_clone().ok()?);
    }
    let (from, to) = (near.try_clone().ok()?, far.try_clone().ok()?);
    std::thread::spawn(move || pass(from, to));
    if way == Way::AnswerLost {
        while far.read(&mut part).is_ok_and(|n| n > 0) {}
        std::thread::sleep(Duration::from_secs(600));
    }
    pass(far, near);
    Some(())
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let mut part = [0; 4096];
    while let Ok(n) = from.read(&mut part) {
        if n == 0 || to.write_all(&part[..n]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
