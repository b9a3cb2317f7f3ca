sheet-document-title = Tickets of order { $number }
sheet-sold-place = online
sheet-seller = Guichet, ticket office of the Games
sheet-condition-person = This ticket is personal: only the person named on it enters, with an identity document.
sheet-condition-once = It opens a gate once. Whoever shows a copy first enters; keep the code to yourself.
sheet-condition-resale = Reselling it without the organiser's leave is an offence.
sheet-condition-refund = Dated tickets carry no right of withdrawal. They are refunded when the event is cancelled.
sheet-condition-leave = Leaving the venue ends the right to enter.
