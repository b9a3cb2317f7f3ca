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
event-tickets = Tickets
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
home-description = The whole festival programme, sport by sport and day by day. Choose your seats on the map and receive your tickets by e-mail.
event-description = { $date }, { $venue }, { $city }. { $programme }
search-example = Judo, women’s final, Lyon…
search-more = More filters
search-city = City
search-all-cities = All cities
search-together = Seats together
search-together-any = Does not matter
search-together-places = { $shown } side by side
search-step-free = Step-free access
search-sort = Sort by
sort-fit = Best match
sort-date = Date
sort-price = Price
search-read-as = Nothing for “{ $typed }”: these are results for “{ $word }”.
search-offline = You are offline: these are the last results we could read.
view-label = View
view-cards = List
view-calendar = Calendar
chips-label = Filters chosen
chip-remove = (remove)
chip-words = “{ $value }”
chip-from = From { $value }
chip-to = Until { $value }
chip-max-price = €{ $value } at most
card-medals = Finals
stock-unknown = On sale
stock-free = Seats available
stock-last = { $count ->
    [one] Only one seat left
   *[other] Only { $shown } seats left
}
stock-baskets = All seats are in other baskets: some may come back
step-free = Step-free access
step-free-unknown = Step-free access not confirmed
calendar-caption = Number of events by sport and day
calendar-events = { $count ->
    [one] { $shown } event
   *[other] { $shown } events
}
calendar-cell = { $sport }, { $day }: { $events }
calendar-cell-medals = { $sport }, { $day }: { $events }, with finals
calendar-key = events that day
calendar-key-medals = with finals
calendar-cut = Only the first days are shown. Choose dates to see the rest.
state-baskets-title = All in baskets
state-baskets-text = No seat is free at this moment, but seats kept by others may come back within ten minutes. Look again a little later.
state-sold-text = Every seat of this event is sold.
state-sold-link = See events that still have seats
category-baskets = All in other baskets
category-held = { $count ->
    [one] { $shown } in another basket
   *[other] { $shown } in other baskets
}
category-wheelchairs = Wheelchair and companion ({ $code })
category-wheelchairs-hint = A space for a wheelchair and, beside it, the companion’s seat.
event-on-the-map = Choose on the map
event-access = Getting there
event-gates = Gates open
gates-open = From { $time }
event-way = Directions
event-steps = Accessibility
map-title = The seat map
map-plan = Map
map-field = Field of play
map-block = { $block }, { $category }, { $free }
map-row = Row { $row }
map-seat = seat { $from }
map-seats = seats { $from } to { $to }
map-key-free = free
map-key-taken = not free
map-key-chosen = chosen
map-key-full = Nothing free
map-scheme = A scheme, not to scale: the blocks nearest the field are those of the best categories.
map-how-many = How many seats?
map-block-choice = Section
map-block-none = Choose a section
map-show-seats = Show the seats
map-seat-choice = Your seats
map-none-together = There are not that many seats side by side left in this section. Try another formula or another section.
map-block-full = This section is full. Try another one.
map-standing = You stand here: places are numbered, but you stand where you like.
map-choose-hint = Choose a section on the map or in the list.
map-offline = You are offline: the map is no longer up to date.
map-too-few = There are not enough free seats side by side here.
map-gone = Someone has just taken these seats. Please choose others.
map-zoom-in = Enlarge the map
map-zoom-out = Reduce the map
map-zoom-all = Show the whole map
map-pair = space and companion’s seat
map-space = wheelchair space
map-companion = companion’s seat
map-best = The best seats, in one click
