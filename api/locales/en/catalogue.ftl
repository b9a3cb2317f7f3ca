home-title = The programme
home-events = { $count ->
    [one] event
   *[other] events
}
home-sports = { $count ->
    [one] sport
   *[other] sports
}
home-venues = { $count ->
    [one] venue
   *[other] venues
}
search-label = Search events
search-words = Search
search-sport = Sport
search-venue = Venue
search-from = From
search-to = To
search-max-price = Up to (€)
search-all-sports = All sports
search-all-venues = All venues
search-available = Seats available
search-go = Search
search-clear = Clear the search
results-found = { $count ->
    [0] No event found
    [one] { $shown } event
   *[other] { $shown } events
}
results-none = Nothing matches this search
results-none-hint = Widen the dates, raise the price, or try another sport.
results-pages = Pages of results
results-previous = Earlier events
results-next = Later events
card-from = From
card-book = Book
card-see = See event
card-sold-out = Sold out
card-not-open = On sale from { $date }
card-closed = Sale closed
sale-unavailable = Sales are paused for a moment. The programme stays open; please try again shortly.
event-back = All events
event-choose = Choose your seats
event-choose-hint = One price buys the whole formula. Seats of a formula are always next to each other.
event-hold = Hold these seats
event-hold-hint = We pick the best seats free in this category and keep them for you while you pay.
event-programme = On the programme
event-know = Good to know
event-other-events = See the other events
event-closed = Tickets for this event are no longer on sale.
event-not-open = Tickets for this event go on sale on { $date }.
know-names = Personal tickets
know-names-text = Each ticket carries a name. Bring an identity document to the gate.
know-adjacent = Together
know-adjacent-text = Duo and Family seats are side by side, in the same row.
know-withdrawal = No withdrawal
know-withdrawal-text = Tickets for a dated leisure event carry no right of withdrawal (French Consumer Code, article L221-28, 12°).
category-name = Category { $code }
category-free = { $count ->
    [0] Sold out
    [one] { $shown } seat free
   *[other] { $shown } seats free
}
category-unknown = Availability unknown
offer-none = Not available
offer-label = { $formula }, { $category }
event-cancelled = This event is cancelled.
card-cancelled = Cancelled
search-ignored = One filter could not be read and was left out.
