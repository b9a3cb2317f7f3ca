//! Accounts by column, as one statement takes them.

use uuid::Uuid;

use crate::accounts::session::TokenHash;
use crate::accounts::store::SealedProfile;
use crate::platform::seal::Wrapped;

pub(super) struct NewAccount {
    pub id: Uuid,
    pub email_index: Vec<u8>,
    pub email: Vec<u8>,
    pub profile: SealedProfile,
    pub user_key: Vec<u8>,
    pub wrapped: Wrapped,
}

#[derive(Default)]
pub(super) struct Bulk {
    pub ids: Vec<Uuid>,
    pub email_indexes: Vec<Vec<u8>>,
    pub emails: Vec<Vec<u8>>,
    pub first_names: Vec<Vec<u8>>,
    pub last_names: Vec<Vec<u8>>,
    pub user_keys: Vec<Vec<u8>>,
    pub kek_ids: Vec<String>,
    pub wrapped: Vec<Vec<u8>>,
    pub token_hashes: Vec<Vec<u8>>,
}

impl Bulk {
    pub(super) fn add(&mut self, account: NewAccount, token: &TokenHash) {
        self.ids.push(account.id);
        self.email_indexes.push(account.email_index);
        self.emails.push(account.email);
        self.first_names.push(account.profile.first_name);
        self.last_names.push(account.profile.last_name);
        self.user_keys.push(account.user_key);
        self.kek_ids.push(account.wrapped.kek_id);
        self.wrapped.push(account.wrapped.bytes);
        self.token_hashes.push(token.to_vec());
    }
}
