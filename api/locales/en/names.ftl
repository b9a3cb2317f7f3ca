name-title = Correct the name
name-until = Possible until { $date }.
name-left = { $count ->
    [one] One more correction.
   *[other] { $count } more corrections.
}
name-hint = Write the name as on the identity document. The code stays the same; we send you the ticket with its new name.
name-go = Correct the name
name-done = The name is corrected. The ticket comes by e-mail with its new name.
refusal-ticket_over = This ticket was used or is over: its name stays as it is.
refusal-names_closed = The time to correct the name is over.
refusal-too_many_corrections = The name was corrected as often as it may be.
mail-corrected-subject = Your ticket with its new name: { $event }
mail-corrected-text = The name on this ticket is corrected.
mail-corrected-attached = The ticket is attached; throw the former one away. If it was kept on a phone, open it there once more.
mail-corrected-later = It will come with its new name.
history-title = What happened
history-ordered = Ordered
history-paid = Paid
history-expired = The time to pay passed
history-cancelled = Cancelled
history-refunded = Refunded
history-sent = Ticket { $ticket } sent
history-scanned = Ticket { $ticket } scanned at the gate
history-deactivated = Ticket { $ticket } deactivated
history-name = Name on ticket { $ticket } corrected: { $name }, before { $former }
calendar-go = Add to my calendar
calendar-doors = Doors open at { $time }.
calendar-bring = Bring your ticket and the identity document of each person.
