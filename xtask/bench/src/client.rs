//! One kept-alive HTTP/1.1 connection: as little as a load generator needs, so that it takes as little
//! as possible of the two cores that it shares with the server.

use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LARGEST_ANSWER: usize = 16 << 20;

pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What is asked: only what varies from call to call.
#[derive(Clone, Copy, Default)]
pub struct Ask<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub cookie: Option<&'a str>,
    pub version: Option<i64>,
    pub key: Option<&'a str>,
    pub media_type: Option<&'a str>,
    /// Why something personal is asked for.
    pub purpose: Option<&'a str>,
    pub body: &'a [u8],
}

pub struct Answer {
    pub status: u16,
    pub cookies: Vec<String>,
    /// The seconds after which a refused call may come again.
    pub retry_after: Option<u64>,
    pub body: Vec<u8>,
}

impl Answer {
    /// # Errors
    /// When the status is not a 2xx or the body is not a `T`; what the server said is in the error.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        if !(200..300).contains(&self.status) {
            bail!("the server answered {}: {}", self.status, String::from_utf8_lossy(&self.body));
        }
        serde_json::from_slice(&self.body)
            .with_context(|| format!("unexpected answer: {}", String::from_utf8_lossy(&self.body)))
    }
}

impl Client {
    /// # Errors
    /// When nothing listens there.
    pub async fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("nothing at {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 << 10) })
    }

    /// # Errors
    /// When the connection breaks or the answer is not HTTP/1.1 with a length.
    pub async fn ask(&mut self, ask: Ask<'_>) -> Result<Answer> {
        self.stream.write_all(&request(ask)).await?;
        self.buffer.clear();
        let head_end = loop {
            self.more().await?;
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
        };
        let head = String::from_utf8_lossy(self.buffer.get(..head_end).unwrap_or_default()).into_owned();
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status: u16 = status.with_context(|| format!("not an HTTP answer: {head}"))?;
        let length = match header(&head, "content-length").next() {
            Some(text) => text.parse().with_context(|| format!("a length of `{text}`"))?,
            None if matches!(status, 204 | 304) => 0,
            None => bail!("an answer without a length: {head}"),
        };
        if length > LARGEST_ANSWER {
            bail!("an answer of {length} bytes");
        }
        while self.buffer.len() < head_end + length {
            self.more().await?;
        }
        let body = self.buffer.get(head_end..head_end + length).unwrap_or_default().to_vec();
        let cookies =
            header(&head, "set-cookie").filter_map(|text| text.split(';').next()).map(str::to_owned);
        let retry_after = header(&head, "retry-after").next().and_then(|text| text.parse().ok());
        Ok(Answer { status, cookies: cookies.collect(), retry_after, body })
    }

    async fn more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

fn request(ask: Ask<'_>) -> Vec<u8> {
    let mut head =
        format!("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n", ask.method, ask.path);
    let mut line = |name: &str, value: &str| {
        for part in [name, ": ", value, "\r\n"] {
            head.push_str(part);
        }
    };
    if let Some(cookie) = ask.cookie {
        line("Cookie", cookie);
    }
    if let Some(version) = ask.version {
        line("If-Match", &format!("\"{version}\""));
    }
    if let Some(key) = ask.key {
        line("Idempotency-Key", key);
    }
    if let Some(purpose) = ask.purpose {
        line("Wangge-Purpose", purpose);
    }
    if ask.method != "GET" {
        line("Content-Type", ask.media_type.unwrap_or("application/json"));
        line("Content-Length", &ask.body.len().to_string());
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(ask.body);
    bytes
}

fn header<'a>(head: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.filter(move |(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}
