//! An owner of data who takes claims by push: a small server that can be told to lose its answers.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// What an owner got, by the number under which it came, with how often it came.
#[derive(Clone, Default)]
pub struct Taken(Arc<Mutex<BTreeMap<String, (usize, String)>>>);

impl Taken {
    /// The numbers, and how often each came.
    pub fn numbers(&self) -> Vec<(String, usize)> {
        self.0.lock().unwrap().iter().map(|(number, (times, _))| (number.clone(), *times)).collect()
    }

    /// What came under a number.
    pub fn body(&self, number: &str) -> String {
        self.0.lock().unwrap()[number].1.clone()
    }
}

/// Listens on a port of this machine; drops the first `lose` connections after having taken what came.
pub fn owner(lose: usize) -> (String, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let taken = Taken::default();
    let kept = taken.clone();
    std::thread::spawn(move || {
        for (nth, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let (number, body) = request(&stream);
            kept.0.lock().unwrap().entry(number).and_modify(|(times, _)| *times += 1).or_insert((1, body));
            if nth >= lose {
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                    .unwrap();
            }
        }
    });
    (address, taken)
}

/// The idempotency key and the body of one request.
fn request(stream: &std::net::TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let (mut key, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            match name.to_ascii_lowercase().as_str() {
                "idempotency-key" => key = value.trim().to_owned(),
                "content-length" => length = value.trim().parse().unwrap(),
                _ => {}
            }
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (key, String::from_utf8(body).unwrap())
}
