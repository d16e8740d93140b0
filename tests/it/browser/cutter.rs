//! A bad line between the browser and the desk: it passes everything on until it is cut.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The line. It ends with the tests.
pub struct Cutter {
    pub address: String,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Cutter {
    /// A line to this address.
    pub fn to(desk: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let cutter = Self {
            address: listener.local_addr().unwrap().to_string(),
            open: Arc::default(),
        };
        let (open, desk) = (cutter.open.clone(), desk.to_owned());
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let Ok(far) = TcpStream::connect(&desk) else {
                    continue;
                };
                let mut open = open.lock().unwrap();
                for stream in [&near, &far] {
                    open.push(stream.try_clone().unwrap());
                }
                pass(near.try_clone().unwrap(), far.try_clone().unwrap());
                pass(far, near);
            }
        });
        cutter
    }

    /// Cuts all that is open now, wherever it is.
    pub fn cut(&self) {
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    std::thread::spawn(move || {
        let mut part = [0; 4096];
        while let Ok(got) = from.read(&mut part) {
            if got == 0 || to.write_all(&part[..got]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}
