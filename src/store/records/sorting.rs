//! The inbox lists in other orders than their own, each kept as a list so that its page costs the page.

use iso_currency::Currency;
use jiff::Timestamp;
use rust_decimal::prelude::ToPrimitive as _;
use serde::Deserialize;

use crate::domain::conversation::Conversation;
use crate::domain::ids::MerchantId;
use crate::domain::order::Order;
use crate::domain::service::due_by;
use crate::store::keys::Key;
use crate::store::records::faceted::{self, Facet};
use crate::store::records::inbox::View;

/// So long is what comes before it where a list goes by currency first.
pub(crate) const CODE: usize = 3;
/// Stands after every currency's code.
const NO_CURRENCY: [u8; CODE] = [0xff; CODE];

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Its own: who waits by priority and how long, the others by what happened last.
    #[default]
    Own,
    /// What is owed first comes first, then what waits longest.
    Urgent,
    /// The last begun first; of those who wait, who came last.
    Newest,
    /// The first begun first; of those who wait, who came first.
    Oldest,
    /// By currency, in each the largest order first; what is about no order comes last.
    Amount,
}

impl Sort {
    /// Those that are lists of their own.
    pub(in crate::store) const KEPT: [Self; 4] =
        [Self::Urgent, Self::Newest, Self::Oldest, Self::Amount];

    /// The list of this order is kept as that of a facet.
    pub(crate) fn facet(self) -> Facet {
        let name = match self {
            Self::Own => "",
            Self::Urgent => "urgent",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Amount => "amount",
        };
        (b'>', name.to_owned())
    }
}

/// Where a conversation stands in a list in this order.
pub(in crate::store) fn place(
    sort: Sort,
    merchant: Option<&MerchantId>,
    view: &View,
    row: &Conversation,
    about: Option<&Order>,
) -> Vec<u8> {
    let key = Key::from(&faceted::list(merchant, view, &sort.facet()));
    let came = match view {
        View::Waiting => row.waiting_since.unwrap_or(row.updated_at),
        _ => row.created_at,
    };
    let key = match sort {
        Sort::Own | Sort::Oldest => key.time(came),
        Sort::Newest => key.time_back(came),
        Sort::Urgent => {
            let due = due_by(row.service.nearest(), row.unanswered_since());
            key.time(due.unwrap_or(Timestamp::MAX))
        }
        Sort::Amount => key
            .fixed(&code(about.map(|order| order.amount.currency)))
            .fixed(&(!amount(about)).to_be_bytes()),
    };
    key.id(row.id.as_str()).done()
}

pub(crate) fn code(currency: Option<Currency>) -> [u8; CODE] {
    let code = currency.and_then(|it| it.code().as_bytes().try_into().ok());
    code.unwrap_or(NO_CURRENCY)
}

/// What an order comes to, to the ten-thousandth.
fn amount(about: Option<&Order>) -> u64 {
    let amount = about.map(|order| order.amount.amount).unwrap_or_default();
    let scaled = amount.checked_mul(10_000.into());
    scaled.and_then(|it| it.to_u64()).unwrap_or(u64::MAX)
}
