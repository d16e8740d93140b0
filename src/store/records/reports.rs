//! What days added up to: one small record for each merchant, day and language, changed in the commit that it counts.

use jiff::civil::Date;

use crate::domain::ids::MerchantId;
use crate::domain::language::Language;
use crate::domain::report::Day;
use crate::store::disk::tx::Tx;
use crate::store::keys::Key;
use crate::store::record;
use crate::store::records::rows::Done;

/// What is added to a day.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    pub(crate) merchant: MerchantId,
    pub(crate) date: Date,
    pub(crate) language: Language,
    pub(crate) day: Day,
}

/// The days of a merchant from one on.
pub(crate) fn from(merchant: &MerchantId, date: Date) -> Key {
    let days = date.year().max(0).cast_unsigned();
    let key = Key::new(b'R')
        .id(merchant.as_str())
        .fixed(&days.to_be_bytes());
    key.fixed(&[date.month().cast_unsigned(), date.day().cast_unsigned()])
}

/// Adds to a day.
pub(crate) fn add(tx: &mut Tx<'_>, counted: &Counted) -> Done {
    let key = from(&counted.merchant, counted.date)
        .id(counted.language.tag())
        .done();
    let mut day: Day = match tx.get(&key)? {
        Some(bytes) => record::decode(&bytes)?,
        None => Day::default(),
    };
    day.add(&counted.day);
    Ok(tx.put(&key, &record::encode(&day)?)?)
}
