//! A small HTTP/1.1 client for one kept connection: it writes a request, reads one answer with a length, and does little else, so
//! that what is measured is the server.

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection that is kept.
pub struct Connection {
    socket: TcpStream,
    buffer: Vec<u8>,
    /// Where the head of the last answer ends.
    head: usize,
}

impl Connection {
    /// Connects to a port of this machine.
    pub async fn open(port: u16) -> Result<Self> {
        let socket = TcpStream::connect(("127.0.0.1", port)).await?;
        socket.set_nodelay(true)?;
        Ok(Self {
            socket,
            buffer: Vec::new(),
            head: 0,
        })
    }

    /// Posts JSON and waits for the answer, which must be a success.
    pub async fn post(&mut self, path: &str, token: Option<&str>, body: &str) -> Result<()> {
        let length = body.len();
        let bearer = token.map(|token| format!("authorization: Bearer {token}\r\n"));
        let bearer = bearer.unwrap_or_default();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{bearer}content-length: {length}\r\n\r\n{body}"
        );
        self.socket.write_all(request.as_bytes()).await?;
        self.read_answer().await
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        &self.buffer[self.head..]
    }

    async fn read_answer(&mut self) -> Result<()> {
        self.buffer.clear();
        let mut whole = usize::MAX;
        while self.buffer.len() < whole {
            if self.socket.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection");
            }
            if whole == usize::MAX
                && let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n")
            {
                self.head = end + 4;
                whole = self.head + length(&self.buffer[..end])?;
            }
        }
        if !self.buffer.starts_with(b"HTTP/1.1 2") {
            bail!("{}", String::from_utf8_lossy(&self.buffer));
        }
        Ok(())
    }
}

fn length(head: &[u8]) -> Result<usize> {
    let head = std::str::from_utf8(head)?;
    let lengths = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    Ok(lengths.context("an answer without a length")?.1.parse()?)
}
