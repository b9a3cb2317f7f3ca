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

#[cfg(test)]
mod tests {
    use std::fmt;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use actix_web::test::{TestRequest, init_service, try_call_service};
    use actix_web::{App, web};
    use tracing_actix_web::TracingLogger;

    use super::*;
    use crate::platform::error::Error;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(line);
            Ok(line.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// As PostgreSQL's: its short form is harmless, its long form tells the row.
    struct Failing;

    impl fmt::Display for Failing {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a constraint is broken")
        }
    }

    impl fmt::Debug for Failing {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the row (camille@example.org)")
        }
    }

    impl std::error::Error for Failing {}

    async fn fail() -> Result<&'static str, Error> {
        Err(Error::bug(Failing))
    }

    #[actix_web::test]
    async fn a_failure_is_logged_once_and_without_the_row() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || writer.clone())
            .finish();
        let guard = tracing::subscriber::set_default(subscriber);
        let app = App::new()
            .wrap(TracingLogger::<RequestSpan>::new())
            .route("/", web::get().to(fail));
        let app = init_service(app).await;
        let answer = try_call_service(&app, TestRequest::default().to_request()).await;
        assert!(answer.is_ok_and(|answer| answer.status() == 500));
        drop(guard);
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let told = log.lines().filter(|line| line.contains("request"));
        assert_eq!(told.count(), 1, "{log}");
        assert!(log.contains("a constraint is broken"), "{log}");
        assert!(!log.contains("camille"), "{log}");
    }
}
