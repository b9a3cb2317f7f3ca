//! Limits on the entrances of accounts. Those per network address are wide, because schools and
//! telephone operators share one, and ask for a proof of work before they refuse; those per
//! account and address are narrow.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use ticket_core::ids::UserId;

use super::device::Device;
use crate::entrance_names;
use crate::platform::config::Config;
use crate::platform::entrance::{Entrance, Pressure, Width};
use crate::platform::error::Error;
use crate::platform::proof_of_work::{Proof, ProofOfWork};
use crate::platform::rate_limit::Limit;
use crate::platform::tally::Tally;

const TEN_MINUTES: Duration = Duration::from_mins(10);
const HOUR: Duration = Duration::from_hours(1);
/// A family with one telephone signs up; nobody's telephone rings all day.
const TEXTS_PER_HOUR: u32 = 6;
/// Three of a million codes are right at a time: whoever knows the password has one chance in a
/// thousand in a day.
const SECOND_FACTORS_PER_HOUR: u32 = 10;
/// A sign-in is asked for more often than a sign-up.
const SIGN_INS_PER_SIGN_UP: u32 = 10;

/// Who is at an entrance, and what they bring to be let through under pressure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entering<'a> {
    pub(super) caller: &'a str,
    pub(super) device: Device,
    pub(super) proof: Proof<'a>,
}

pub(super) struct Limits {
    pub(super) sign_ups: Entrance,
    pub(super) sign_ins: Entrance,
    pub(super) codes: Entrance,
    sign_ins_per_account_and_caller: Limit,
    sign_ins_per_account: Limit,
    codes_per_account: Limit,
    texts_per_phone: Limit,
    notices_per_account: Limit,
    confirmations_per_account: Limit,
    addresses_per_account: Limit,
    second_factors_per_account: Limit,
}

impl Limits {
    pub(super) fn new(config: &Config, tally: &Tally, proofs: &Arc<ProofOfWork>) -> Self {
        let factor = config.rate_limit_factor;
        let sign_ups_per_minute = config.crowded_above_per_minute.saturating_mul(factor);
        let sign_ins_per_minute = sign_ups_per_minute.saturating_mul(SIGN_INS_PER_SIGN_UP);
        let entrance = |names, per_caller: u32, everybody_per_minute| {
            let width = Width {
                per_caller: per_caller.saturating_mul(factor),
                everybody_per_minute,
            };
            Entrance::new(names, width, tally, proofs)
        };
        let limit = |name, burst: u32, window| {
            let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
            Limit::new(name, (burst, window), tally)
        };
        let wide = |name, burst: u32| limit(name, burst.saturating_mul(factor), TEN_MINUTES);
        Self {
            sign_ups: entrance(entrance_names!("sign_up"), 60, sign_ups_per_minute),
            sign_ins: entrance(entrance_names!("sign_in"), 300, sign_ins_per_minute),
            codes: entrance(entrance_names!("code"), 100, sign_ups_per_minute),
            sign_ins_per_account_and_caller: wide("sign_in.account_and_caller", 10),
            // Many callers guessing one password: a proof for each guess, its owner's too.
            sign_ins_per_account: wide("sign_in.account", 100),
            codes_per_account: limit("code.account", 3, TEN_MINUTES),
            texts_per_phone: limit("text.phone", TEXTS_PER_HOUR, HOUR),
            notices_per_account: limit("notice.account", 3, TEN_MINUTES),
            confirmations_per_account: limit("confirm.account", 10, TEN_MINUTES),
            addresses_per_account: limit("address.account", 3, TEN_MINUTES),
            second_factors_per_account: limit(
                "second_factor.account",
                SECOND_FACTORS_PER_HOUR,
                HOUR,
            ),
        }
    }

    pub(super) async fn sign_up(&self, from: Entering<'_>) -> Result<(), Error> {
        let Entering { caller, proof, .. } = from;
        self.sign_ups.enter(caller, proof, Pressure::Normal).await
    }

    pub(super) async fn sign_in(&self, from: Entering<'_>, index: &[u8]) -> Result<(), Error> {
        let (Entering { caller, proof, .. }, account) = (from, key(index));
        self.sign_ins_per_account_and_caller
            .check(&format!("{account} {caller}"))
            .await?;
        let pressure = match self.sign_ins_per_account.check(&account).await {
            Ok(()) => Pressure::Normal,
            Err(_) => Pressure::High,
        };
        self.sign_ins.enter(caller, proof, pressure).await
    }

    pub(super) async fn activate(&self, from: Entering<'_>) -> Result<(), Error> {
        let Entering { caller, proof, .. } = from;
        self.codes.enter(caller, proof, Pressure::Normal).await
    }

    /// Three more codes in ten minutes, whether or not the account exists.
    pub(super) async fn resend(&self, from: Entering<'_>, index: &[u8]) -> Result<(), Error> {
        self.activate(from).await?;
        self.codes_per_account.check(&key(index)).await
    }

    /// Somebody signed in types their password again.
    pub(super) async fn confirm(&self, user: UserId) -> Result<(), Error> {
        self.confirmations_per_account
            .check(&user.to_string())
            .await
    }

    /// Two mails each: nobody floods a mailbox through another's account.
    pub(super) async fn change_address(&self, user: UserId) -> Result<(), Error> {
        self.addresses_per_account.check(&user.to_string()).await
    }

    /// A code of the second factor is typed, wherever it is asked.
    pub(super) async fn second_factor(&self, user: UserId) -> Result<(), Error> {
        self.second_factors_per_account
            .check(&user.to_string())
            .await
    }

    /// Whichever accounts they are for. `index` is the telephone's blind index.
    pub(super) async fn text(&self, index: &[u8]) -> Result<(), Error> {
        self.texts_per_phone.check(&key(index)).await
    }

    /// The same inside a transaction, which does not wait for Redis: counted in process only.
    pub(super) fn text_here(&self, index: &[u8]) -> Result<(), Error> {
        self.texts_per_phone.check_here(&key(index))
    }

    /// False when an owner was told often enough that someone typed their address.
    pub(super) fn may_notify(&self, index: &[u8]) -> bool {
        self.notices_per_account.check_here(&key(index)).is_ok()
    }
}

fn key(index: &[u8]) -> String {
    STANDARD_NO_PAD.encode(index)
}
