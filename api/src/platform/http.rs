//! What every route of the JSON API shares: bodies, paths and queries that cannot be read get a
//! clear refusal, an unknown address a problem, and a caller an address to count tries by.

use std::net::IpAddr;

use actix_web::error::{JsonPayloadError, PathError, QueryPayloadError, UrlencodedError};
use actix_web::http::StatusCode;
use actix_web::web::{
    FormConfig, JsonConfig, PathConfig, PayloadConfig, QueryConfig, ServiceConfig,
};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::config::Config;
use super::error::Error;

/// An order of eight named tickets stays below 4 kB; a batch of scans below 200.
const BODY_BYTES_MAX: usize = 256 << 10;

/// Sets how what cannot be read is refused, everywhere.
pub fn configure(routes: &mut ServiceConfig) {
    routes
        .app_data(PayloadConfig::new(BODY_BYTES_MAX))
        .app_data(
            JsonConfig::default()
                .limit(BODY_BYTES_MAX)
                .error_handler(|error, _| bad_json(&error).into()),
        )
        .app_data(
            FormConfig::default()
                .limit(BODY_BYTES_MAX)
                .error_handler(|error, _| bad_form(&error).into()),
        )
        .app_data(PathConfig::default().error_handler(|error, _| bad_path(&error).into()))
        .app_data(QueryConfig::default().error_handler(|error, _| bad_query(&error).into()));
}

/// For addresses that lead nowhere: 405 when only the method is wrong, else 404.
pub async fn nothing_here(request: HttpRequest) -> HttpResponse {
    if request
        .resource_map()
        .match_pattern(request.path())
        .is_some()
    {
        return method_not_allowed().error_response();
    }
    Error::not_found().error_response()
}

pub fn method_not_allowed() -> Error {
    Error::refused(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this address does not answer to this method",
    )
}

fn bad_json(error: &JsonPayloadError) -> Error {
    if let JsonPayloadError::Deserialize(cause) = error {
        return if cause.is_data() {
            Error::refused(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                wrong_shape(cause),
            )
        } else {
            malformed(format!(
                "not JSON, line {}, column {}",
                cause.line(),
                cause.column()
            ))
        };
    }
    match error.status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => media_type("application/json"),
        _ if matches!(error, JsonPayloadError::ContentType) => media_type("application/json"),
        _ => malformed("the body cannot be read".to_owned()),
    }
}

/// The parser's words without the caller's values, which may be secrets.
fn wrong_shape(cause: &serde_json::Error) -> String {
    let words = cause.to_string();
    let harmless = ["missing field", "unknown field", "duplicate field"];
    if harmless.iter().any(|start| words.starts_with(start)) {
        return words;
    }
    format!(
        "a value has the wrong type, line {}, column {}",
        cause.line(),
        cause.column()
    )
}

fn bad_form(error: &UrlencodedError) -> Error {
    if matches!(error, UrlencodedError::ContentType) {
        return media_type("application/x-www-form-urlencoded");
    }
    match error.status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => malformed("the form cannot be read".to_owned()),
    }
}

fn bad_path(_: &PathError) -> Error {
    Error::refused(
        StatusCode::BAD_REQUEST,
        "invalid_id",
        "a part of this address is not what it should be",
    )
}

fn bad_query(_: &QueryPayloadError) -> Error {
    Error::refused(
        StatusCode::BAD_REQUEST,
        "invalid_query",
        "a parameter of the query is not what it should be",
    )
}

fn malformed(detail: String) -> Error {
    Error::refused(StatusCode::BAD_REQUEST, "malformed", detail)
}

fn too_large() -> Error {
    Error::refused(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        format!("at most {BODY_BYTES_MAX} bytes"),
    )
}

fn media_type(wanted: &str) -> Error {
    Error::refused(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        format!("send {wanted}"),
    )
}

/// The network a request comes from, for counting tries: one IPv4 address, or one /64 of IPv6,
/// which is what a single household has. Proxies are believed only when they are ours.
pub fn caller(request: &HttpRequest, config: &Config) -> String {
    let Some(peer) = request.peer_addr() else {
        return "unknown".to_owned();
    };
    let mut address = peer.ip();
    if config.trusted_proxies.contains(&address) {
        let forwarded = request
            .headers()
            .get_all("X-Forwarded-For")
            .filter_map(|value| value.to_str().ok())
            .flat_map(|list| list.split(','))
            .filter_map(|entry| entry.trim().parse::<IpAddr>().ok());
        // From the right: what our own proxies wrote; the rest is hearsay.
        let hops: Vec<IpAddr> = forwarded.collect();
        let stranger = |hop: &&IpAddr| !config.trusted_proxies.contains(hop);
        address = hops.iter().rev().find(stranger).copied().unwrap_or(address);
    }
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Settings {
        #[command(flatten)]
        config: Config,
    }

    fn caller_of(peer: &str, forwarded: &str) -> String {
        let arguments = [
            "api",
            "--database-url=x",
            "--redis-url=x",
            "--key-encryption-keys=x",
            "--index-key=x",
            "--cookie-key=x",
            "--manifest-signing-key=x",
            "--trusted-proxies=10.0.0.1,10.0.0.2",
        ];
        let settings = Settings::try_parse_from(arguments).unwrap();
        let request = TestRequest::default()
            .peer_addr(peer.parse().unwrap())
            .insert_header(("X-Forwarded-For", forwarded))
            .to_http_request();
        caller(&request, &settings.config)
    }

    #[test]
    fn only_our_own_proxies_are_believed_about_who_calls() {
        assert_eq!(caller_of("192.0.2.7:1", "198.51.100.9"), "192.0.2.7");
        assert_eq!(caller_of("10.0.0.1:1", "198.51.100.9"), "198.51.100.9");
        // What the caller wrote itself stands to the left of what our proxies saw.
        let chain = "203.0.113.1, 198.51.100.9, 10.0.0.2";
        assert_eq!(caller_of("10.0.0.1:1", chain), "198.51.100.9");
        assert_eq!(caller_of("10.0.0.1:1", "nonsense"), "10.0.0.1");
    }

    #[test]
    fn a_household_of_ipv6_is_one_caller() {
        let one = caller_of("[2001:db8:1:2:3::4]:1", "");
        assert_eq!(one, caller_of("[2001:db8:1:2:ffff::1]:1", ""));
        assert_ne!(one, caller_of("[2001:db8:1:3::1]:1", ""));
        assert_eq!(caller_of("[::ffff:192.0.2.7]:1", ""), "192.0.2.7");
    }
}
