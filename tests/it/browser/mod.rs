//! The widget and the inbox in a real Chromium: what a customer sees and types, on pages of shops as they are. UX 7 W1-W15, RELIABILITY B rows 8, 12, 16,
//! 17, 18, 19, 42 and 43.
//!
//! One Chromium and one desk serve all of these tests, which take turns. Where there is no Chromium they say so and pass, unless `CI`
//! is set.

mod access;
mod between;
mod budget;
mod cards;
mod chromium;
mod cutter;
mod delivery;
mod desk;
mod down;
mod every_card;
mod files;
mod forms;
mod from_platform;
mod hostile;
mod identity;
mod inbox;
mod inbox_away;
mod inbox_axe;
mod inbox_beside;
mod inbox_cut;
mod inbox_decide;
mod inbox_files;
mod inbox_find;
mod inbox_focus;
mod inbox_here;
mod inbox_idle;
mod inbox_keys;
mod inbox_kinds;
mod inbox_lead;
mod inbox_many;
mod inbox_merchant;
mod inbox_page;
mod inbox_room;
mod inbox_rows;
mod inbox_send;
mod inbox_team;
mod inbox_told;
mod inbox_turn;
mod inbox_two;
mod inbox_undo;
mod inbox_watch;
mod inbox_words;
mod inbox_work;
mod late;
mod leaving;
mod markup;
mod pages;
mod people;
mod pictures;
mod restored;
mod returning;
mod rough;
mod scene;
mod shop;
mod tabs;
mod typing;
mod wire;
mod with_people;
