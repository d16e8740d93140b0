//! What a slot can hold.

use iso_currency::Currency;
use rust_decimal::Decimal;

use crate::domain::ids::OrderId;

/// All that was found in a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slots {
    /// Order numbers, in their canonical form.
    pub orders: Vec<Slot<OrderId>>,
    /// Amounts of money.
    pub amounts: Vec<Slot<Amount>>,
    /// Days.
    pub dates: Vec<Slot<SaidDate>>,
    /// Phone numbers: digits, with `+` in front when it was there.
    pub phones: Vec<Slot<String>>,
    /// E-mail addresses, in lower case.
    pub emails: Vec<Slot<String>>,
    /// Four digits that stand alone or are said to be the end of a number: of a phone, of a card.
    pub tails: Vec<Slot<String>>,
    /// Other numbers.
    pub numbers: Vec<Slot<Decimal>>,
}

impl Slots {
    /// Forgets what was found and keeps the room for more.
    pub fn clear(&mut self) {
        self.orders.clear();
        self.amounts.clear();
        self.dates.clear();
        self.phones.clear();
        self.emails.clear();
        self.tails.clear();
        self.numbers.clear();
    }
}

impl Slots {
    /// Moves the places of all that was found.
    pub fn each_place(&mut self, mut moved: impl FnMut(&mut usize)) {
        fn of<T>(slots: &mut [Slot<T>], moved: &mut impl FnMut(&mut usize)) {
            for slot in slots {
                moved(&mut slot.start);
                moved(&mut slot.end);
            }
        }
        of(&mut self.orders, &mut moved);
        of(&mut self.amounts, &mut moved);
        of(&mut self.dates, &mut moved);
        of(&mut self.phones, &mut moved);
        of(&mut self.emails, &mut moved);
        of(&mut self.tails, &mut moved);
        of(&mut self.numbers, &mut moved);
    }
}

/// A value and the bytes of the original text that said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot<T> {
    /// What was said.
    pub value: T,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// An amount of money, the currency only when it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// How much.
    pub value: Decimal,
    /// In which currency.
    pub currency: Option<Currency>,
}

/// A day as customers say it. Which day that is depends on today, which the reader of a message does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaidDate {
    /// A day of the calendar; what was left out is none.
    Day {
        /// The year.
        year: Option<i16>,
        /// The month, 1 to 12.
        month: Option<u8>,
        /// The day, 1 to 31.
        day: u8,
    },
    /// So many days from today; yesterday is -1.
    FromToday(i32),
}
