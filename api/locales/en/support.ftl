# Writing to the organiser: the form, cases, their mails.
contact-title = Write to us
contact-lead = A question, a problem, a claim: you get a number at once, and an answer in writing.
contact-help-first = Most questions are answered in Help
contact-sign-in-why = Signed in, you can choose the order it is about and follow our answers in your account.
contact-subject = What is it about?
contact-subject-choose = Choose
contact-subject-empty = Choose what it is about.
contact-about = Which order or ticket?
contact-about-none = None in particular
contact-text = Your message
contact-text-hint = { $count ->
    [one] At most { $shown } character.
   *[other] At most { $shown } characters.
}
contact-text-empty = Write your message.
contact-text-long = { $count ->
    [one] Too long: it has { $shown } character. Shorten it, or attach the rest.
   *[other] Too long: it has { $shown } characters. Shorten it, or attach the rest.
}
contact-files = Files (optional)
contact-files-hint = { $count ->
    [one] PDF, JPEG or PNG: one file of at most 5 MB.
   *[other] PDF, JPEG or PNG: up to { $count } files of at most 5 MB each.
}
contact-files-again = Your message is still here; please choose the files again.
contact-file-too-many = Too many files. Send the others in a further message. Your message is still here; please choose the files again.
contact-file-too-large = “{ $name }” is larger than 5 MB. Your message is still here; please choose the files again.
contact-file-empty = “{ $name }” is empty. Your message is still here; please choose the files again.
contact-file-wrong-kind = “{ $name }” is not a PDF, JPEG or PNG, whatever its name says. Your message is still here; please choose the files again.
contact-file-broken = “{ $name }” is damaged: we cannot open it. Your message is still here; please choose the files again.
contact-file-active = “{ $name }” is a PDF that contains a program or other files. Print it to PDF again, or send a photograph. Your message is still here; please choose the files again.
contact-file-locked = “{ $name }” is protected by a password. Save it without one. Your message is still here; please choose the files again.
contact-go = Send
contact-sealed = What you write and attach is encrypted; only the staff who answer you read it.
contact-sent-title = We have it
contact-sent-number = Your number:
contact-sent-text = It is on its way to you by e-mail, with a link to follow your case and to write more.
support-subject-order = An order
support-subject-payment = A payment or a refund
support-subject-ticket = A ticket
support-subject-name = A name to correct
support-subject-entrance = Entering the venue
support-subject-accessibility = Accessibility
support-subject-account = My account
support-subject-second_factor = A lost phone, and the recovery codes with it
support-subject-claim = A claim
support-subject-other = Something else
cases-title = My requests
cases-none = You have not written to us yet
cases-none-hint = Requests and claims that you send while signed in are kept here, with our answers.
cases-new = Write to us
case-title = Request { $number }
case-messages = Messages
case-files = Attached files
case-author-person = You
case-author-staff = Guichet
case-state-open = With us
case-state-answered = Answered
case-state-closed = Closed
case-state-text-open = We have your message and will answer here and by e-mail.
case-state-text-answered = We have answered. If something is still open, write again.
case-state-text-closed = This request is closed. Writing again opens it.
case-opened = Sent on
case-about = About
case-about-see = See what you bought
case-write-open = Add something
case-write-answered = Reply
case-write-closed = Write again
case-write-go = Send
case-close = That is settled: close
case-done-sent = We have your message. Quote this number if you call or write.
case-done-written = Your message is added.
case-done-closed = This request is closed.
size-kb = { $size } kB
size-mb = { $size } MB
moment-utc = { $moment } (UTC)
refusal-case_full = This request cannot hold any more. Please send a new one and quote its number.
refusal-malformed = We could not read that form. Reload the page and try again.
refusal-files_too_large = That is too large: at most three files of 5 MB each.
mail-hello-nobody = Hello,
mail-case-subject-opened = Your request { $number }
mail-case-subject-answered = Our answer to your request { $number }
mail-case-opened = We have your message and will answer you in writing. This is its number, to quote if you call or write:
mail-case-answered = Here is our answer to your request:
mail-case-follow = Follow your request, and write more, here:
mail-case-not-you = If you did not write to us, ignore this message: someone has mistyped their address.
faq-not-here = No answer here?
contact-about-this = A question about this order?
