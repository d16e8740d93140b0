//! A shop's own web server, on an origin of its own: pages as the test wants them.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One page.
#[derive(Clone)]
pub struct Page {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// The server. It ends with the tests.
pub struct Shop {
    pub origin: String,
    pages: Arc<Mutex<Vec<Page>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Shop {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let shop = Self {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            pages: Arc::default(),
            asked: Arc::default(),
        };
        let (pages, asked) = (shop.pages.clone(), shop.asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (pages, asked) = (pages.clone(), asked.clone());
                std::thread::spawn(move || serve(&stream, &pages, &asked));
            }
        });
        shop
    }

    /// Puts a page there, in the place of one that was.
    pub fn put(&self, path: &str, headers: &[(&str, &str)], body: &str) {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let page = Page {
            path: path.to_owned(),
            headers: headers.collect(),
            body: body.to_owned(),
        };
        let mut pages = self.pages.lock().unwrap();
        pages.retain(|known| known.path != path);
        pages.push(page);
    }

    /// What was asked for, first lines and headers.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(stream: &TcpStream, pages: &Mutex<Vec<Page>>, asked: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    asked
        .lock()
        .unwrap()
        .push(format!("{first}\n{}", head.join("\n")));
    let path = first.split(' ').nth(1).unwrap_or("/");
    let path = path.split('?').next().unwrap_or(path).to_owned();
    let page = pages
        .lock()
        .unwrap()
        .iter()
        .find(|page| page.path == path)
        .cloned();
    let (status, page) = match page {
        Some(page) => ("200 OK", page),
        None => (
            "404 Not Found",
            Page {
                path,
                headers: Vec::new(),
                body: String::new(),
            },
        ),
    };
    let mut answer = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n",
        page.body.len()
    );
    if !page.headers.iter().any(|(name, _)| name == "content-type") {
        answer.push_str("content-type: text/html; charset=utf-8\r\n");
    }
    for (name, value) in &page.headers {
        answer.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut stream = stream;
    let _ = stream.write_all(format!("{answer}\r\n{}", page.body).as_bytes());
}
