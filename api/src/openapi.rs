//! The OpenAPI document, generated from the handlers: one line for each.

use utoipa::OpenApi;

/// Served at `/api/openapi.json`.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Guichet",
        description = "Search events, hold adjacent seats, order, pay, and receive tickets. \
            Money is in cents, times are RFC 3339, failures are RFC 9457 problems with a stable \
            `code`. A `PUT` with an id made by the caller may be repeated without harm.",
        version = "1"
    ),
    paths(
        crate::accounts::http::create,
        crate::accounts::http::activate_account,
        crate::accounts::http::resend_code,
        crate::accounts::http::login,
        crate::accounts::http::logout,
        crate::accounts::http::me,
        crate::platform::proof_of_work::challenge,
        crate::catalogue::http::list_events,
        crate::catalogue::http::show_event,
        crate::catalogue::http::list_sports,
        crate::catalogue::http::list_venues,
        crate::availability::http::show_availability,
        crate::availability::http::seats::show_seats,
        crate::availability::http::seats::stream_seats,
        crate::holds::http::place_hold,
        crate::holds::http::find_hold,
        crate::holds::http::release_hold,
        crate::orders::http::put_order,
        crate::orders::http::list_orders,
        crate::orders::http::get_order,
        crate::orders::http::cancel_order,
        crate::orders::http::pay_order,
        crate::tickets::http::list_tickets,
        crate::tickets::http::show_ticket,
        crate::tickets::http::e_ticket_pdf,
        crate::tickets::http::qr_picture,
        crate::tickets::http::code128_picture,
        crate::waiting_room::http::show_queue,
        crate::waiting_room::http::show_serving,
        crate::waiting_room::http::enter_queue,
        crate::waiting_room::http::come_in,
        crate::waiting_room::http::more_time,
    )
)]
pub(crate) struct Document;
