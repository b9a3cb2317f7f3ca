mail-footer = Guichet sends only messages about your account and your tickets.
mail-signature = Guichet
mail-hello = Hello { $name },
mail-activation-subject = Your Guichet code: { $code }
mail-activation-text = Here is the code that opens your account:
mail-activation-limits = It works once, for 10 minutes.
mail-activation-not-you = If you did not ask for this, ignore this message: nothing will happen.
mail-exists-subject = You already have a Guichet account
mail-exists-text = Someone tried to create a Guichet account with this address, which has one already.
mail-exists-sign-in = If it was you, sign in here:
mail-tickets-subject = Your tickets: { $event }
mail-tickets-text = { $count ->
    [one] Your payment is confirmed and your ticket is attached.
   *[other] Your payment is confirmed and your { $count } tickets are attached.
}
mail-tickets-order = Order { $number }
mail-tickets-amount = Paid: { $amount }
mail-tickets-bring = Show the PDF, printed or on the phone, with the identity document of the person named on it.
mail-tickets-account = Your tickets also wait in your account:
mail-refund-subject = Refund of your order { $number }
mail-refund-text = Your payment for order { $number } came after the time limit, and the seats were no longer free. We are returning the whole amount.
mail-refund-amount = Refund: { $amount }
mail-refund-delay = It reaches your card within a few days, depending on your bank.
sms-activation = Guichet: your code is { $code }. It works once, for 10 minutes.
mailbox-title = Development mailbox
mailbox-lead = Every e-mail and text message this platform would have sent.
mailbox-to = To
mailbox-filter = Filter
mailbox-empty = No messages
mailbox-sent = Sent
mailbox-subject = Subject
mailbox-attachments = Attachments
mailbox-html = The message as its reader sees it
