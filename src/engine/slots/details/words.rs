//! The words around the details of an order, as data.

use std::sync::LazyLock;

use crate::domain::correction::Detail;
use crate::engine::slots::lexicon::Words;

/// Read once from `words.txt`.
pub(super) static WORDS: LazyLock<DetailWords> =
    LazyLock::new(|| DetailWords::read(include_str!("words.txt")));

/// What a noun stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noun {
    Whole(Detail),
    Postcode,
    House,
    Unit,
    /// It has such a word in it, and is none.
    Other,
}

/// All lists.
pub(super) struct DetailWords {
    pub nouns: Words<Noun>,
    pub lead: Words<()>,
    pub tail: Words<()>,
    pub join: Words<()>,
    pub said_as: Words<()>,
    pub not: Words<()>,
    pub but: Words<()>,
    pub change: Words<()>,
    pub last: Words<()>,
    pub digits: Words<()>,
    pub levels: Words<u8>,
    pub cities: Words<()>,
    pub no_place: Words<()>,
    pub streets: Words<()>,
    pub units: Words<()>,
    pub house: Words<()>,
    pub spelt: Words<char>,
    pub of_sign: Words<()>,
    pub radical: Words<()>,
    pub surnames: Words<()>,
}

impl DetailWords {
    fn read(text: &str) -> Self {
        let plain = |section: &str| Words::of(text, section, |_| Some(()));
        Self {
            nouns: Words::of(text, "nouns", noun),
            lead: plain("lead"),
            tail: plain("tail"),
            join: plain("join"),
            said_as: plain("as"),
            not: plain("not"),
            but: plain("but"),
            change: plain("change"),
            last: plain("last"),
            digits: plain("digits"),
            levels: Words::of(text, "place levels", |it| it.parse().ok()),
            cities: plain("cities"),
            no_place: plain("no place"),
            streets: plain("streets"),
            units: plain("units"),
            house: plain("house"),
            spelt: Words::of(text, "spelt surnames", |it| it.chars().next()),
            of_sign: plain("of a sign"),
            radical: plain("radical"),
            surnames: plain("surnames"),
        }
    }
}

fn noun(name: &str) -> Option<Noun> {
    Some(match name {
        "address" => Noun::Whole(Detail::Address),
        "phone" => Noun::Whole(Detail::Phone),
        "email" => Noun::Whole(Detail::Email),
        "recipient" => Noun::Whole(Detail::Recipient),
        "postcode" => Noun::Postcode,
        "house" => Noun::House,
        "unit" => Noun::Unit,
        "none" => Noun::Other,
        _ => return None,
    })
}
