//! The rules: what may happen and what follows from it. Values in, values out, or rows of one unit of work. Never
//! touches HTTP, JSON, processes or clocks.

pub mod abuse;
pub mod account;
pub mod audit;
pub mod block;
pub mod caption;
pub mod chapter;
pub mod comment;
pub mod event;
pub mod file_token;
pub mod history;
pub mod mute;
pub mod notification;
pub mod outbox;
pub mod ownership;
pub mod pace;
pub mod password;
pub mod playlist;
pub mod proof;
pub mod quota;
pub mod rating;
pub mod right;
pub mod secret;
pub mod seeder_token;
pub mod session;
pub mod signup;
pub mod site;
pub mod statistics;
pub mod subscription;
pub mod upload;
pub mod video;
pub mod viewer;
pub mod views;
pub mod words;
pub mod work;
pub mod wrong;
