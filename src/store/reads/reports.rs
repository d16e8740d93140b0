//! Reading what days added up to.

use jiff::civil::Date;

use crate::domain::ids::MerchantId;
use crate::domain::language::Language;
use crate::domain::report::Day;
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::keys::{self, Key};
use crate::store::local::Local;
use crate::store::page::MAX_PAGE;
use crate::store::record;
use crate::store::records::reports::from;

/// The day and the language of a key, without what the keys of a merchant begin with.
fn day_of(rest: &[u8]) -> Option<(Date, Language)> {
    let (date, rest) = rest.split_at_checked(4)?;
    let year = i16::try_from(u16::from_be_bytes([date[0], date[1]])).ok()?;
    let date = Date::new(
        year,
        i8::try_from(date[2]).ok()?,
        i8::try_from(date[3]).ok()?,
    )
    .ok()?;
    let (tag, _) = keys::id_of(rest)?;
    let mut languages = Language::ALL.into_iter();
    Some((date, languages.find(|language| language.tag() == tag)?))
}

impl Local {
    fn days(
        &self,
        merchant: &MerchantId,
        first: Date,
        last: Date,
    ) -> Result<Vec<(Date, Language, Day)>, StoreError> {
        let begin = Key::new(b'R').id(merchant.as_str()).done();
        let mut start = from(merchant, first).done();
        let end = keys::after(&from(merchant, last).done());
        let mut days = Vec::new();
        loop {
            let page = self.page(&start, &end, MAX_PAGE)?;
            let Some((key, _)) = page.last() else {
                return Ok(days);
            };
            start = keys::after(key);
            for (key, bytes) in &page {
                let place = key.get(begin.len()..).and_then(day_of);
                if let Some((date, language)) = place {
                    days.push((date, language, record::decode(bytes)?));
                }
            }
        }
    }
}

impl Store {
    /// What the days of a merchant added up to, by day and language, from one day to another.
    ///
    /// # Errors
    /// As every read.
    pub async fn days(
        &self,
        merchant: &MerchantId,
        first: Date,
        last: Date,
    ) -> Result<Vec<(Date, Language, Day)>, StoreError> {
        match self {
            Self::Sled(local) => local.days(merchant, first, last),
        }
    }
}
