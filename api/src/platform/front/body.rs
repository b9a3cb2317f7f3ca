//! Bodies are read before the doors: whoever sends slowly keeps nobody's place, and what is learnt
//! of the time within is the shop's alone.

use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio::time::timeout;

use super::doors::Class;

/// A form or a request of the API is a kilobyte or two, and what providers tell not much longer.
/// Longer bodies go through a door of their own as they come, or nowhere.
const BYTES_MAX: usize = 64 * 1024;
const READ_WITHIN: Duration = Duration::from_secs(10);

/// Why a body is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    TooLong,
    CutShort,
    TooSlow,
}

/// The class of a request once its body is looked at.
pub(super) fn class(class: Class, request: &ServiceRequest) -> Class {
    let is_long = class == Class::Admitted && has_body(request) && !is_short(request);
    if is_long { Class::Sending } else { class }
}

fn has_body(request: &ServiceRequest) -> bool {
    let headers = request.headers();
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers
            .get(header::CONTENT_LENGTH)
            .is_some_and(|length| length.as_bytes() != b"0")
}

fn is_short(request: &ServiceRequest) -> bool {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    length.is_some_and(|length: usize| length <= BYTES_MAX)
}

/// Reads the whole body of who waits at one of the doors, and puts it back.
pub(super) async fn read(class: Class, request: &mut ServiceRequest) -> Result<(), Fault> {
    let is_read = match class {
        Class::Open | Class::Looking | Class::Sending => false,
        Class::Entering | Class::Arriving | Class::Admitted => has_body(request),
    };
    if !is_read {
        return Ok(());
    }
    let reading = whole(request.take_payload(), BYTES_MAX);
    let body = timeout(READ_WITHIN, reading)
        .await
        .map_err(|_| Fault::TooSlow)??;
    request.set_payload(Payload::from(body));
    Ok(())
}

async fn whole(mut payload: Payload, bytes_max: usize) -> Result<Bytes, Fault> {
    let mut next = async |had: usize| match payload.next().await {
        Some(Ok(part)) if had + part.len() > bytes_max => Err(Fault::TooLong),
        Some(Ok(part)) => Ok(Some(part)),
        Some(Err(_)) => Err(Fault::CutShort),
        None => Ok(None),
    };
    // Nearly always there is one part.
    let first = next(0).await?.unwrap_or_default();
    let Some(second) = next(first.len()).await? else {
        return Ok(first);
    };
    let mut all = BytesMut::from(first.as_ref());
    all.extend_from_slice(&second);
    while let Some(part) = next(all.len()).await? {
        all.extend_from_slice(&part);
    }
    Ok(all.freeze())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn sent(parts: &'static [&'static str]) -> Payload {
        let parts = parts
            .iter()
            .map(|part| Ok(Bytes::from_static(part.as_bytes())));
        Payload::Stream {
            payload: Box::pin(futures_util::stream::iter(parts)),
        }
    }

    #[actix_web::test]
    async fn parts_become_one_body_within_bounds() {
        assert_eq!(whole(sent(&[]), 5).await, Ok(Bytes::new()));
        assert_eq!(whole(sent(&["ab"]), 5).await, Ok("ab".into()));
        assert_eq!(whole(sent(&["ab", "c", "de"]), 5).await, Ok("abcde".into()));
        assert_eq!(
            whole(sent(&["ab", "c", "def"]), 5).await,
            Err(Fault::TooLong)
        );
    }

    #[test]
    fn only_what_was_let_in_may_send_long_bodies_and_has_another_door_then() {
        let long = ("content-length", "70000");
        let short = ("content-length", "700");
        let unknown = ("transfer-encoding", "chunked");
        for (class_before, length, class_after) in [
            (Class::Admitted, long, Class::Sending),
            (Class::Admitted, unknown, Class::Sending),
            (Class::Admitted, short, Class::Admitted),
            (Class::Arriving, long, Class::Arriving),
            (Class::Arriving, unknown, Class::Arriving),
        ] {
            let request = TestRequest::default()
                .insert_header(length)
                .to_srv_request();
            assert_eq!(class(class_before, &request), class_after, "{length:?}");
        }
    }
}
