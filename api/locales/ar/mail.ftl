mail-footer = لا يرسل Guichet إلا رسائل عن حسابك وتذاكرك.
mail-signature = Guichet
mail-hello = مرحبًا { $name }،
mail-activation-subject = رمزك في Guichet: { $code }
mail-activation-text = هذا هو الرمز الذي يفتح حسابك:
mail-activation-limits = يُستعمل مرة واحدة خلال 10 دقائق.
mail-activation-not-you = إذا لم تطلب ذلك فتجاهل هذه الرسالة: لن يحدث شيء.
mail-exists-subject = لديك حساب في Guichet من قبل
mail-exists-text = حاول شخص إنشاء حساب في Guichet بهذا العنوان، وله حساب من قبل.
mail-exists-sign-in = إذا كنت أنت فسجّل الدخول من هنا:
mail-tickets-subject = تذاكرك: { $event }
mail-tickets-text = { $count ->
    [zero] تأكّد دفعك.
    [one] تأكّد دفعك وتذكرتك مرفقة.
    [two] تأكّد دفعك وتذكرتاك مرفقتان.
    [few] تأكّد دفعك وتذاكرك الـ{ $count } مرفقة.
    [many] تأكّد دفعك وتذاكرك الـ{ $count } مرفقة.
   *[other] تأكّد دفعك وتذاكرك الـ{ $count } مرفقة.
}
mail-confirmed-subject = تأكّد طلبك: { $event }
mail-confirmed-text = تأكّد دفعك والمقاعد لك.
mail-confirmed-release = تصلك تذاكرك بالبريد الإلكتروني في { $date }، وتجدها حينئذ في حسابك أيضًا.
mail-tickets-order = الطلب { $number }
mail-tickets-amount = المدفوع للطلب: { $amount }
mail-tickets-others = تصل التذاكر الأخرى لهذا الطلب في رسالة خاصة بها: { $events }.
mail-tickets-bring = أظهر ملف PDF، مطبوعًا أو على الهاتف، مع إثبات هوية الشخص المذكور فيه.
mail-tickets-account = تذاكرك محفوظة أيضًا في حسابك:
mail-refund-subject = استرداد مبلغ طلبك { $number }
mail-refund-seats_gone = وصل دفعك للطلب { $number } بعد انتهاء المهلة ولم تعد المقاعد متاحة. نعيد إليك المبلغ كاملًا.
mail-refund-order_cancelled = وصل دفعك للطلب { $number } بعد أن ألغيته. نعيد إليك المبلغ كاملًا.
mail-refund-paid_twice = دُفع ثمن الطلب { $number } مرتين. يبقى الطلب قائمًا بتذاكره، ونعيد إليك الدفعة الثانية.
mail-refund-wrong_amount = أخذ مصرفك عن الطلب { $number } مبلغًا غير الذي طلبناه. نعيده إليك كاملًا، وما زال الطلب ينتظر الدفع.
mail-refund-event_cancelled = أُلغيت فعالية من طلبك { $number }. نعيد إليك المبلغ كاملًا.
mail-refund-granted = نعيد إليك ما دفعته عن الطلب { $number }.
mail-refund-amount = المبلغ المسترد: { $amount }
mail-refund-delay = يصل إلى بطاقتك خلال أيام حسب مصرفك.
sms-activation = Guichet: رمزك هو { $code }. يُستعمل مرة واحدة خلال 10 دقائق.
mailbox-title = صندوق بريد التطوير
mailbox-lead = كل ما كانت هذه المنصة سترسله من بريد ورسائل قصيرة.
mailbox-to = إلى
mailbox-filter = تصفية
mailbox-empty = لا رسائل
mailbox-sent = وقت الإرسال
mailbox-subject = الموضوع
mailbox-attachments = المرفقات
mailbox-html = الرسالة كما يراها قارئها
mail-address-subject = رمزك في Guichet: { $code }
mail-address-old = طلبت نقل حسابك في Guichet إلى { $address }. هذا أحد الرمزين اللازمين، وقد أُرسل الآخر إلى العنوان الجديد:
mail-address-new = سينتقل حساب في Guichet إلى هذا العنوان. هذا أحد الرمزين اللازمين، وقد أُرسل الآخر إلى العنوان الحالي:
mail-address-not-you = إذا لم تطلب ذلك فتجاهل هذه الرسالة وغيّر كلمة مرورك: لن يحدث شيء من دون هذا الرمز.
