# The basket: everything that is held, on one page.
nav-basket = Basket
basket-title = Your basket
basket-empty = Your basket is empty
basket-empty-hint = Seats that you hold appear here, for all events, on all your devices.
basket-each = { $price } a seat
basket-kept-until = Kept until { $time }
basket-given-back = These seats are given back.
basket-same-people = Same people for all events
basket-add = Add another event
basket-later = { $count ->
    [one] One more formula waits in your basket: an order takes eight. It will be here afterwards.
   *[other] { $shown } more formulas wait in your basket: an order takes eight. They will be here afterwards.
}
basket-all-included = Taxes and fees included: you pay nothing more.
basket-rest-kept = Part of your basket is no longer kept. The rest still is: check the total, then order.
basket-changed = Your basket has changed meanwhile, perhaps in another window. Check it, then order.
basket-lost-ran-out = The time to order has passed and these seats are on sale again.
basket-lost-cancelled = This event is cancelled: these seats are no longer in your basket. Nothing was taken.
basket-unpaid = Order { $number }: its seats are kept and wait for their payment until { $time }.
