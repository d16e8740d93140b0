//! Reading a page of the conversations that have what is asked for, in a list's own order or in another.
//!
//! Where several things are asked for at once in a list's own order, their lists are walked together: from the place where one of them goes on, the
//! next is asked where it goes on from there, until all of them name the same conversation. What no list is kept for is looked for line
//! by line. A page looks so often and no oftener; one that is not full by then says where the next begins.

use std::str::FromStr as _;

use iso_currency::Currency;

use crate::domain::ids::{ConversationId, MerchantId, OrderId};
use crate::domain::order::Order;
use crate::store::door::Store;
use crate::store::error::StoreError;
use crate::store::keys;
use crate::store::local::Local;
use crate::store::page::{Cursor, MAX_PAGE, Page};
use crate::store::record;
use crate::store::records::faceted::{self, Facet};
use crate::store::records::facets::{self, Filter};
use crate::store::records::inbox::{self, InboxRow, View};
use crate::store::records::sorting::{CODE, Sort, code};

/// So often one page looks where a list goes on.
const LOOKS: usize = 2_000;
/// So many lines one page looks at that may not be what is asked for.
const READ: usize = 400;
/// No list has orders in more currencies; a shop that did would be asked for the others by name.
const CURRENCIES: usize = 64;
/// So long is what a place in a sorted list begins with.
const SORT: usize = 8;

/// Which page is asked for.
struct Asked<'a> {
    view: &'a View,
    merchant: Option<&'a MerchantId>,
    filter: &'a Filter,
    sort: Sort,
}

impl Asked<'_> {
    /// The lists that are walked.
    fn lists(&self) -> Vec<Vec<u8>> {
        let (merchant, view) = (self.merchant, self.view);
        let list = |facet: &Facet| faceted::list(merchant, view, facet);
        let facets = match (view, self.sort) {
            (_, Sort::Amount) => {
                // The orders in one currency stand together.
                let code = self.filter.currency.map(|it| code(Some(it)).to_vec());
                let whole = list(&Sort::Amount.facet());
                return vec![[whole, code.unwrap_or_default()].concat()];
            }
            (View::Bot, Sort::Own | Sort::Newest) => Vec::new(),
            (_, Sort::Own) => self.filter.facets(),
            (_, sort) => vec![sort.facet()],
        };
        match facets.is_empty() {
            true => vec![inbox::list(merchant, view)],
            false => facets.iter().map(list).collect(),
        }
    }

    /// After so much a place names its conversation; none where its line stands at it.
    fn width(&self) -> Option<usize> {
        match (self.view, self.sort) {
            (_, Sort::Amount) if self.filter.currency.is_none() => Some(CODE + SORT),
            (View::Bot, _) => Some(SORT),
            (_, Sort::Own) => None,
            _ => Some(SORT),
        }
    }
}

impl Local {
    fn filtered_rows(
        &self,
        asked: &Asked<'_>,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<InboxRow>, StoreError> {
        let Asked {
            view,
            merchant,
            filter,
            sort,
        } = *asked;
        if sort == Sort::Own && filter.asks_nothing_beside_merchant() {
            return self.inbox_rows(view, merchant, cursor, limit);
        }
        if *view == View::Bot && filter.asks_for_people() {
            return Ok(Page::empty());
        }
        let lists = asked.lists();
        let limit = limit.clamp(1, MAX_PAGE);
        let mut from = cursor.map_or_else(Vec::new, |Cursor(sort)| sort.clone());
        let (mut rows, mut looks, mut read) = (Vec::new(), 0, 0);
        while let Some(place) = self.meet(&lists, from, &mut looks)? {
            if rows.len() == limit || looks > LOOKS || read == READ {
                let next = Some(Cursor(place));
                return Ok(Page { rows, next });
            }
            read += 1;
            rows.extend(match asked.width() {
                None => self.line_at(asked, &place)?,
                Some(width) => self.line_of(asked, place.get(width..))?,
            });
            from = [&place[..], &[0]].concat();
        }
        Ok(Page { rows, next: None })
    }

    /// The line at a place of a list in its own order, if it has what no list is kept for.
    fn line_at(&self, asked: &Asked<'_>, place: &[u8]) -> Result<Option<InboxRow>, StoreError> {
        let whole = inbox::list(asked.merchant, asked.view);
        let Some(line) = self.get(&[&whole[..], place].concat())? else {
            return Ok(None);
        };
        let row: InboxRow = record::decode(&line)?;
        let filter = asked.filter;
        if !filter.looks_closer() {
            return Ok(Some(row));
        }
        let about = self.about(&row.merchant, row.order.as_ref())?;
        let fits = filter.fits_beside(
            row.owed.as_ref(),
            row.waiting_since.or(row.asked_since),
            about.as_ref(),
        );
        Ok(fits.then_some(row))
    }

    /// The line of the conversation that a place ends with, if it has all that is asked for.
    fn line_of(
        &self,
        asked: &Asked<'_>,
        rest: Option<&[u8]>,
    ) -> Result<Option<InboxRow>, StoreError> {
        let named = rest.and_then(keys::id_of);
        let id = named.and_then(|(id, _)| ConversationId::parse(id).ok());
        let Some(id) = id else { return Ok(None) };
        let Some(row) = self.conversation(&id)? else {
            return Ok(None);
        };
        let about = self.about(&row.merchant, row.memory.order.as_ref())?;
        if !asked.filter.fits(&row, about.as_ref()) {
            return Ok(None);
        }
        if *asked.view == View::Bot {
            return self.line(&id);
        }
        let line = self.get(&asked.view.place(asked.merchant, &row))?;
        line.map(|line| record::decode(&line)).transpose()
    }

    /// The currencies of the orders that the conversations of a list are about.
    fn currencies(
        &self,
        view: &View,
        merchant: Option<&MerchantId>,
    ) -> Result<Vec<Currency>, StoreError> {
        let all = faceted::kind(merchant, view, facets::CURRENCY);
        let (mut from, end) = (all.clone(), keys::after(&all));
        let mut found = Vec::new();
        while found.len() < CURRENCIES
            && let Some((key, _)) = self.keys(&from, &end, 1)?.pop()
            && let Some((code, _)) = keys::id_of(&key[all.len()..])
        {
            found.extend(Currency::from_str(code));
            let list = faceted::list(merchant, view, &(facets::CURRENCY, code.to_owned()));
            from = keys::after(&list);
        }
        Ok(found)
    }

    fn about(
        &self,
        merchant: &MerchantId,
        order: Option<&OrderId>,
    ) -> Result<Option<Order>, StoreError> {
        let Some(order) = order else { return Ok(None) };
        let bytes = self.get(&keys::order(merchant, order))?;
        bytes.map(|bytes| record::decode(&bytes)).transpose()
    }

    /// The first place from `from` on that all lists have. After so many looks it is the place that was come to.
    fn meet(
        &self,
        lists: &[Vec<u8>],
        mut from: Vec<u8>,
        looks: &mut usize,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let mut agreed = 0;
        for list in lists.iter().cycle() {
            *looks += 1;
            let begin = [&list[..], &from].concat();
            let Some((key, _)) = self.keys(&begin, &keys::after(list), 1)?.pop() else {
                return Ok(None);
            };
            let sort = key[list.len()..].to_vec();
            agreed = if sort == from { agreed + 1 } else { 1 };
            from = sort;
            if agreed >= lists.len() || *looks > LOOKS {
                return Ok(Some(from));
            }
        }
        Ok(None)
    }
}

impl Store {
    /// As [`Store::inbox_rows`], with those conversations only that have what is asked for, in this order. A page may be short and not the last.
    ///
    /// # Errors
    /// As every read.
    pub async fn filtered_rows(
        &self,
        view: View,
        merchant: Option<&MerchantId>,
        (filter, sort): (&Filter, Sort),
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<InboxRow>, StoreError> {
        let asked = Asked {
            view: &view,
            merchant,
            filter,
            sort,
        };
        match self {
            Self::Sled(local) => local.filtered_rows(&asked, cursor, limit),
        }
    }

    /// The currencies of the orders that the conversations of a list are about; the list of the bot does not know them.
    ///
    /// # Errors
    /// As every read.
    pub async fn currencies(
        &self,
        view: View,
        merchant: Option<&MerchantId>,
    ) -> Result<Vec<Currency>, StoreError> {
        match self {
            Self::Sled(local) => local.currencies(&view, merchant),
        }
    }

    /// The order that a line is about, as it is now.
    ///
    /// # Errors
    /// As every read.
    pub async fn order_of(&self, row: &InboxRow) -> Result<Option<Order>, StoreError> {
        match self {
            Self::Sled(local) => local.about(&row.merchant, row.order.as_ref()),
        }
    }
}
