//! Limits on the entrances of accounts. Those per network address are wide, because schools and
//! telephone operators share one; those per account are narrow.

use std::num::NonZeroU32;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::platform::error::Error;
use crate::platform::rate_limit::Limit;

const TEN_MINUTES: Duration = Duration::from_mins(10);
/// A family with one telephone signs up; nobody's telephone rings all day.
const TEXTS_PER_HOUR: u32 = 6;

pub(super) struct Limits {
    sign_ups_per_caller: Limit,
    sign_ins_per_caller: Limit,
    sign_ins_per_account_and_caller: Limit,
    sign_ins_per_account: Limit,
    activations_per_caller: Limit,
    codes_per_account: Limit,
    texts_per_phone: Limit,
    notices_per_account: Limit,
}

impl Limits {
    /// `factor` widens what is counted per network address.
    pub(super) fn new(factor: u32) -> Self {
        let wide = |burst| limit(burst, factor);
        Self {
            sign_ups_per_caller: wide(60),
            sign_ins_per_caller: wide(300),
            sign_ins_per_account_and_caller: wide(10),
            // Many callers guessing one password; wide enough not to lock its owner out.
            sign_ins_per_account: wide(100),
            activations_per_caller: wide(100),
            codes_per_account: limit(3, 1),
            texts_per_phone: Limit::new(
                NonZeroU32::new(TEXTS_PER_HOUR).unwrap_or(NonZeroU32::MIN),
                Duration::from_hours(1),
            ),
            notices_per_account: limit(3, 1),
        }
    }

    pub(super) fn sign_up(&self, caller: &str) -> Result<(), Error> {
        self.sign_ups_per_caller.check(caller)
    }

    pub(super) fn sign_in(&self, caller: &str, index: &[u8]) -> Result<(), Error> {
        let account = key(index);
        self.sign_ins_per_caller.check(caller)?;
        self.sign_ins_per_account_and_caller
            .check(&format!("{account} {caller}"))?;
        self.sign_ins_per_account.check(&account)
    }

    pub(super) fn activate(&self, caller: &str) -> Result<(), Error> {
        self.activations_per_caller.check(caller)
    }

    /// Three more codes in ten minutes, whether or not the account exists.
    pub(super) fn resend(&self, caller: &str, index: &[u8]) -> Result<(), Error> {
        self.activations_per_caller.check(caller)?;
        self.codes_per_account.check(&key(index))
    }

    /// Whichever accounts they are for. `index` is the telephone's blind index.
    pub(super) fn text(&self, index: &[u8]) -> Result<(), Error> {
        self.texts_per_phone.check(&key(index))
    }

    /// False when an owner was told often enough that someone typed their address.
    pub(super) fn may_notify(&self, index: &[u8]) -> bool {
        self.notices_per_account.check(&key(index)).is_ok()
    }
}

fn limit(burst: u32, factor: u32) -> Limit {
    let burst = NonZeroU32::new(burst.saturating_mul(factor)).unwrap_or(NonZeroU32::MIN);
    Limit::new(burst, TEN_MINUTES)
}

fn key(index: &[u8]) -> String {
    STANDARD_NO_PAD.encode(index)
}
