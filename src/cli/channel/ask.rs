//! `frontdesk channel test`: asks the platform whether it knows the account. No customer gets a message: a program of one's own gets an
//! event that says nothing, and a mail server of one's own a letter of the desk to itself.

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use clap::Args;

use super::super::block_on;
use super::super::folder::Folder;
use super::super::out::print_line;
use super::words::nothing_to_ask;
use super::{ASKS, Which, address, asks, warn_of_paths};
use crate::clock::Clock;
use crate::delivery::{Allowed, FileTaken, Platform, TIMEOUT, Token, check};

/// Asks a platform whether it knows the account; sends nothing to customers
#[derive(Debug, Args)]
#[command(after_help = "Example: frontdesk channel test telegram shop")]
pub struct Test {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    folder: Folder,
}

impl Test {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.folder.config()?;
        let one = self.which.of(&config)?;
        let name = &one.key.outbox;
        let Some(account) = one.account.clone() else {
            eprintln!("{name} is off: it has no secret");
            return Ok(ExitCode::FAILURE);
        };
        let hands_over = account.hands_over;
        let platform = Platform {
            account: Arc::new(account),
            allowed: Allowed::new(&one.url, &one.allow),
            timeout: TIMEOUT,
            on_change: Arc::new(|_| {}),
            who_speaks: Arc::new(|_, _| Box::pin(async { None })),
            more_on_page: Arc::new(|_, _| Box::pin(async { None })),
            brief: Arc::new(|_, _| String::new()),
            on_file: Arc::new(|_, _, _| Box::pin(async { FileTaken::Later })),
            sent: Mutex::default(),
            quiet_until: Mutex::default(),
            token: Token::default(),
        };
        match block_on(check(&platform, Clock::system().now()))? {
            Ok(true) => print_line(format_args!("{name}: the platform knows the account"))?,
            Ok(false) => print_line(format_args!("{name}: {}", nothing_to_ask(one.key.channel)))?,
            Err(why) => {
                eprintln!("{name}: {why}");
                return Ok(ExitCode::FAILURE);
            }
        }
        if hands_over {
            print_line(format_args!(
                "{name}: people at the platform take over what is handed over"
            ))?;
        }
        if asks(one) {
            print_line(format_args!("{name}: it {ASKS}"))?;
            return Ok(ExitCode::SUCCESS);
        }
        print_line(format_args!(
            "{name}: its address is {}",
            address(&config, &one.key)
        ))?;
        warn_of_paths(&config);
        Ok(ExitCode::SUCCESS)
    }
}
