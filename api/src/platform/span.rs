//! The span around every request: method, request id and status, for errors also the route. Never
//! an address with its query, which may carry tokens, and nothing that costs when all goes well.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::{Error, HttpMessage};
use tracing::Span;
use tracing::field::{Empty, display};
use tracing_actix_web::{RequestId, RootSpanBuilder};

pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let span = tracing::info_span!(
            "request",
            method = request.method().as_str(),
            request_id = Empty,
            route = Empty,
            status = Empty,
        );
        if let Some(id) = request.extensions().get::<RequestId>() {
            span.record("request_id", display(id));
        }
        span
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(answer) => answer.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
        if let Ok(answer) = outcome
            && status.is_server_error()
            && let Some(route) = answer.request().match_pattern()
        {
            span.record("route", route);
        }
    }
}
