//! What runs beside requests: the outbox, and the reconcilers that need no input.

use actix_web::rt;

use crate::app::App;
use crate::availability;
use crate::platform::error::Error;
use crate::platform::jobs::{self, Handlers, Job, Lane};
use crate::{accounts, invoices, notices, orders, payments, support, tickets};

/// Which function does which kind of job: one line each.
pub fn handlers(app: &App) -> Handlers {
    let mut handlers = Handlers::default();
    on(app, &mut handlers, accounts::SEND_CODE, accounts::send_code);
    on(
        app,
        &mut handlers,
        accounts::ALREADY_REGISTERED,
        accounts::send_already_registered,
    );
    on(
        app,
        &mut handlers,
        accounts::SEND_ADDRESS_CODES,
        accounts::send_address_codes,
    );
    on(
        app,
        &mut handlers,
        accounts::TWO_FACTORS_CHANGED,
        accounts::tell_of_change,
    );
    on(
        app,
        &mut handlers,
        accounts::SEND_RESET_CODE,
        accounts::send_reset_code,
    );
    on(
        app,
        &mut handlers,
        accounts::PASSWORD_CHANGED,
        accounts::tell_of_password,
    );
    on(app, &mut handlers, orders::SEATS_SOLD, orders::mark_sold);
    on(app, &mut handlers, orders::SEATS_RELEASED, orders::release);
    on(app, &mut handlers, tickets::FOLLOW_UP, tickets::follow_up);
    on(app, &mut handlers, tickets::CONFIRM_ORDER, tickets::confirm);
    on(app, &mut handlers, tickets::SEND_TICKETS, tickets::send);
    on(
        app,
        &mut handlers,
        tickets::CORRECTED,
        tickets::tell_corrected,
    );
    on(
        app,
        &mut handlers,
        payments::REFUND_NOTICE,
        payments::tell_of_refund,
    );
    on(
        app,
        &mut handlers,
        support::CASE_MAIL,
        support::send_case_mail,
    );
    on(app, &mut handlers, invoices::ISSUE, invoices::issue_orders);
    on(app, &mut handlers, notices::REMIND, notices::remind);
    on(
        app,
        &mut handlers,
        notices::EVENT_CHANGED,
        notices::tell_of_change,
    );
    // A mail with its pictures takes milliseconds, and a sale sends thousands.
    handlers.in_bulk(tickets::FOLLOW_UP);
    handlers.in_bulk(tickets::CONFIRM_ORDER);
    handlers.in_bulk(tickets::SEND_TICKETS);
    handlers.in_bulk(invoices::ISSUE);
    handlers.in_bulk(notices::REMIND);
    handlers.in_bulk(notices::EVENT_CHANGED);
    handlers
}

fn on(
    app: &App,
    handlers: &mut Handlers,
    kind: &'static str,
    run: impl AsyncFn(&App, &Job) -> Result<(), Error> + Copy + 'static,
) {
    let app = app.clone();
    handlers.on(kind, move |job| {
        let app = app.clone();
        async move { run(&app, &job).await }
    });
}

/// Runs what is due and every reconciler once; returns how much was done.
///
/// # Errors
/// When a store does not answer.
pub async fn run_once(app: &App) -> Result<usize, Error> {
    let mut done = 0;
    for lane in Lane::ALL {
        done += jobs::run_due(&app.db, &app.clock, &handlers(app), lane).await?;
    }
    done += payments::run_once(app).await?;
    done += availability::reconcile_touched(app).await?;
    done += accounts::run_once(app).await?;
    done += notices::run_once(app).await?;
    done += invoices::run_once(app).await?;
    done += crate::waiting_room::run_once(app).await?;
    Ok(done)
}

/// Starts the loops on the current runtime; they end with it.
pub fn start(app: &App) {
    for lane in Lane::ALL {
        let stores = (app.db.clone(), app.clock.clone());
        rt::spawn(jobs::work(stores, handlers(app), lane, app.wake.clone()));
    }
    rt::spawn(availability::watch(app.clone()));
    accounts::start(app);
    payments::start(app);
    notices::start(app);
    invoices::start(app);
    crate::waiting_room::start(app);
}
