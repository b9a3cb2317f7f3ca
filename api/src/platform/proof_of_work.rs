//! Proof of work, in the form of ALTCHA: a challenge without state on our side, a number to be
//! found by trying, and a solution that is good once. It makes a flood pay and costs a person a
//! second. Without JavaScript a person waits instead: a signed token that is good some time later.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, Data, ServiceConfig};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rand::RngExt;
use redis::Script;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::Error;
use super::seal::random_bytes;
use super::tally::Tally;
use crate::app::App;

pub const CHALLENGE_PATH: &str = "/api/v1/challenge";
/// Half of it is tried on average: about a second on a telephone.
const NUMBER_MAX: u32 = 60_000;
/// How much dearer a challenge becomes while an entrance is crowded.
const CROWDED_FACTOR: u32 = 3;
/// A form can be filled in at leisure: our pages ask for another challenge before this.
const LIFE_SECONDS: i64 = 600;
/// Who has no JavaScript waits as long as filling in the form takes.
pub const WAIT_SECONDS: i64 = 20;
/// A solution is some 300 bytes long.
const SOLUTION_BYTES_MAX: usize = 1_000;
/// Remembered in process, for when Redis is away.
const USED_MAX: usize = 100_000;

/// String: a solution or a waiting token that was used, by its keyed digest, until it would have
/// expired anyway. Gone: it may be used once more.
const USED_KEYS: &str = "pow:";

static ONCE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/once.lua")));

/// What a request brings to be let through under pressure.
#[derive(Debug, Clone, Copy, Default)]
pub struct Proof<'a> {
    /// A solved challenge: the base64 text that ALTCHA's widgets put into a form.
    pub altcha: Option<&'a str>,
    /// A token of [`ProofOfWork::waiting_token`].
    pub waited: Option<&'a str>,
}

impl<'a> Proof<'a> {
    /// As the JSON API takes it.
    pub fn solved(altcha: Option<&'a str>) -> Self {
        Self {
            altcha,
            waited: None,
        }
    }

    /// As forms send it: empty when there is none.
    pub fn of_form(altcha: &'a str, waited: &'a str) -> Self {
        let some = |text: &'a str| (!text.is_empty()).then_some(text);
        Self {
            altcha: some(altcha),
            waited: some(waited),
        }
    }
}

/// What `templates/proof.html` puts into a form.
#[derive(Debug)]
pub struct ProofField {
    pub challenge: &'static str,
    pub waited: String,
    /// Until `waited` is good.
    pub seconds: u64,
}

/// A challenge: find the `number` up to `maxnumber` for which SHA-256 of `salt` and `number` is
/// `challenge`, in hexadecimal. Send back base64 of the JSON of `algorithm`, `challenge`,
/// `number`, `salt` and `signature`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Challenge {
    pub algorithm: &'static str,
    pub challenge: String,
    pub maxnumber: u32,
    pub salt: String,
    pub signature: String,
}

#[derive(Deserialize)]
struct Solution {
    algorithm: String,
    challenge: String,
    number: u64,
    salt: String,
    signature: String,
}

/// Makes challenges and checks what comes back.
pub struct ProofOfWork {
    tally: Tally,
    used: Mutex<HashMap<String, i64>>,
    crowded_until: AtomicI64,
}

impl ProofOfWork {
    pub fn new(tally: &Tally) -> Self {
        Self {
            tally: tally.clone(),
            used: Mutex::default(),
            crowded_until: 0.into(),
        }
    }

    /// Challenges are dearer until this second.
    pub(super) fn crowded_until(&self, second: i64) {
        self.crowded_until.store(second, Ordering::Relaxed);
    }

    /// # Errors
    /// A bug: no randomness.
    pub fn challenge(&self) -> Result<Challenge, Error> {
        let now = self.now();
        let crowded = self.crowded_until.load(Ordering::Relaxed) > now;
        let maxnumber = if crowded {
            NUMBER_MAX * CROWDED_FACTOR
        } else {
            NUMBER_MAX
        };
        // The `&` parts salt and number: no digit of one can be passed off as the other's.
        let salt = format!(
            "{}?expires={}&",
            hex(&random_bytes::<12>()?),
            now + LIFE_SECONDS
        );
        let number = rand::rng().random_range(0..=maxnumber);
        let challenge = work(&salt, u64::from(number));
        Ok(Challenge {
            algorithm: "SHA-256",
            signature: hex(&self.tally.tag(&format!("challenge|{challenge}"))),
            challenge,
            maxnumber,
            salt,
        })
    }

    /// Takes a solution, once.
    ///
    /// # Errors
    /// `proof_of_work_wrong` when it is not one, expired, or was used already.
    pub async fn take_solution(&self, text: &str) -> Result<(), Error> {
        let solution = read_solution(text).ok_or_else(wrong)?;
        let expires = expiry_of(&solution.salt).ok_or_else(wrong)?;
        let signature = unhex(&solution.signature).ok_or_else(wrong)?;
        let named = format!("challenge|{}", solution.challenge);
        let right = solution.algorithm == "SHA-256"
            && expires > self.now()
            && work(&solution.salt, solution.number) == solution.challenge
            && self.tally.tag_holds(&named, &signature);
        if !right {
            return Err(wrong());
        }
        self.use_once(&named, expires).await
    }

    /// For a page: good once, from [`WAIT_SECONDS`] from now on.
    ///
    /// # Errors
    /// A bug: no randomness.
    pub fn waiting_token(&self) -> Result<String, Error> {
        let from = self.now() + WAIT_SECONDS;
        let id = hex(&random_bytes::<12>()?);
        let text = format!("{from}.{}.{id}", from + LIFE_SECONDS);
        let tag = URL_SAFE_NO_PAD.encode(self.tally.tag(&format!("waited|{text}")));
        Ok(format!("{text}.{tag}"))
    }

    /// # Errors
    /// A bug: no randomness.
    pub fn field(&self) -> Result<ProofField, Error> {
        Ok(ProofField {
            challenge: CHALLENGE_PATH,
            waited: self.waiting_token()?,
            seconds: WAIT_SECONDS.unsigned_abs(),
        })
    }

    /// Takes a waiting token, once.
    ///
    /// # Errors
    /// `proof_of_work_wrong` when it is not one, expired, or was used; `rate_limited` with the
    /// seconds that are left when it is too early.
    pub async fn take_waiting_token(&self, token: &str) -> Result<(), Error> {
        let (text, tag) = token.rsplit_once('.').ok_or_else(wrong)?;
        let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| wrong())?;
        let named = format!("waited|{text}");
        if !self.tally.tag_holds(&named, &tag) {
            return Err(wrong());
        }
        let mut instants = text.split('.').map_while(|part| part.parse::<i64>().ok());
        let (Some(from), Some(expires)) = (instants.next(), instants.next()) else {
            return Err(wrong());
        };
        let left = from - self.now();
        if left > 0 {
            return Err(Error::rate_limited(left.unsigned_abs()));
        }
        if expires <= self.now() {
            return Err(wrong());
        }
        self.use_once(&named, expires).await
    }

    /// Redis decides for all processes; without it, each remembers what it took itself.
    async fn use_once(&self, named: &str, expires: i64) -> Result<(), Error> {
        let digest = self.tally.digest(&["used", named]);
        let seconds = (expires - self.now()).max(1);
        if !self.remember(&digest, expires) {
            return Err(wrong());
        }
        let key = format!("{USED_KEYS}{{{digest}}}");
        let first: Option<i64> = self.tally.ask(&ONCE, &key, &[seconds.to_string()]).await;
        match first {
            Some(0) => Err(wrong()),
            Some(_) | None => Ok(()),
        }
    }

    fn remember(&self, digest: &str, expires: i64) -> bool {
        let now = self.now();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= USED_MAX {
            used.retain(|_, expires| *expires > now);
        }
        if used.len() >= USED_MAX {
            // Redis still knows them.
            used.clear();
        }
        used.insert(digest.to_owned(), expires).is_none()
    }

    fn now(&self) -> i64 {
        self.tally.now().as_second()
    }
}

fn wrong() -> Error {
    Error::refused(
        actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
        "proof_of_work_wrong",
        "not a solution, expired, or used already: ask GET /api/v1/challenge for another",
    )
}

fn read_solution(text: &str) -> Option<Solution> {
    if text.len() > SOLUTION_BYTES_MAX {
        return None;
    }
    serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()
}

/// Only salts of our own shape count: the signature covers the digest, not the salt.
fn expiry_of(salt: &str) -> Option<i64> {
    let (_, expires) = salt.strip_suffix('&')?.split_once("?expires=")?;
    expires.parse().ok()
}

fn work(salt: &str, number: u64) -> String {
    hex(&Sha256::digest(format!("{salt}{number}")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        use std::fmt::Write;
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pair = |at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..text.len()).step_by(2).map(pair).collect()
}

pub fn routes(routes: &mut ServiceConfig) {
    routes.route(CHALLENGE_PATH, web::get().to(challenge));
}

/// A proof of work to solve, for when an entrance answers `proof_of_work_required`.
#[utoipa::path(get, path = "/api/v1/challenge", tag = "accounts", responses(
    (status = 200, description = "An ALTCHA challenge, good for ten minutes", body = Challenge),
))]
pub(crate) async fn challenge(app: Data<App>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(app.proof_of_work.challenge()?))
}
