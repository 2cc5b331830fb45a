//! The resources of the user (`me` and what belongs to it) and of other people.

mod address_book;
mod contact;
mod jpeg;
mod me;
mod phones;
mod presence_subscriptions;
mod requests;
mod subscription_requests;
#[cfg(test)]
mod tests;
