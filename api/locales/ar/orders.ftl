hold-names-hint = اكتب كل اسم كما هو في إثبات الهوية الذي يُقدَّم عند الدخول.
hold-ticket = التذكرة { $number }
hold-same-surname = اسم العائلة نفسه للجميع
hold-before-paying = قبل الدفع
hold-accept = قرأت وأقبل
hold-accept-terms = شروط البيع
hold-accept-missing = اقبل شروط البيع لإتمام الطلب.
hold-order = تأكيد الطلب مع الالتزام بالدفع
hold-order-hint = تدفع بعد ذلك على صفحة مصرفك. لا نرى بطاقتك أبدًا.
hold-total = المجموع
hold-release = إعادة هذه المقاعد
hold-formula = { $formula }، { $category }
outcome-title-paid = إلى اللقاء
outcome-text-paid = تأكّد دفعك. تذاكرك في الطريق إليك بالبريد الإلكتروني وتجدها في حسابك.
outcome-title-waiting = لحظة
outcome-text-waiting = ننتظر ردّ مصرفك. تتحدّث هذه الصفحة وحدها، ومقاعدك ما زالت محجوزة.
outcome-waiting = في انتظار مصرفك
outcome-title-refused = رُفض الدفع
outcome-text-refused = رفض مصرفك الدفع. لم يُخصم شيء. مقاعدك محجوزة لبعض الوقت: حاول من جديد أو استعمل بطاقة أخرى.
outcome-title-abandoned = توقّف الدفع
outcome-text-abandoned = غادرت صفحة مصرفك قبل الدفع. لم يُخصم شيء. مقاعدك محجوزة لبعض الوقت.
outcome-title-expired = انتهى الوقت
outcome-text-expired = انتهى وقت الدفع وعادت المقاعد إلى البيع. لم يُخصم شيء.
outcome-title-refunded = دفع متأخر
outcome-text-refunded = وصل دفعك بعد انتهاء المهلة وكانت المقاعد قد ذهبت. يُعاد المبلغ كاملًا إلى بطاقتك.
outcome-pay-again = محاولة الدفع من جديد
outcome-choose-again = اختيار مقاعد أخرى
outcome-see-tickets = عرض تذاكري
outcome-see-order = عرض الطلب
order-title = الطلب { $number }
order-number = الطلب
order-formula = الباقة
order-and-others = { $count ->
    [zero] دون فعاليات أخرى
    [one] وفعالية أخرى
    [two] وفعاليتان أخريان
    [few] و{ $shown } فعاليات أخرى
    [many] و{ $shown } فعالية أخرى
   *[other] و{ $shown } فعالية أخرى
}
order-placed = تاريخ الطلب
order-lines = مقاعد هذا الطلب
order-line-seat = المقعد
order-line-price = السعر
order-state-awaiting_payment = في انتظار الدفع
order-state-paid = مدفوع
order-state-expired = منتهٍ
order-state-cancelled = ملغى
order-state-refunded = مستردّ
order-without-tickets-awaiting_payment = ينتظر هذا الطلب الدفع. تظهر تذاكره هنا بعد دفعه.
order-without-tickets-paid = يجري إعداد تذاكرك. ستكون هنا بعد لحظات.
order-without-tickets-expired = لم يُدفع ثمن هذا الطلب في وقته: لا تذاكر له.
order-without-tickets-cancelled = أُلغي هذا الطلب: لا تذاكر له.
order-without-tickets-refunded = استُرد ثمن هذا الطلب: لا تذاكر له.
order-refund = أُعيد { $amount } إلى بطاقتك.
outcome-title-leaving = إلى مصرفك
outcome-text-leaving = تدفع على صفحة مصرفك ثم تعود إلى هنا فورًا. تبقى مقاعدك محجوزة في أثناء ذلك.
outcome-to-bank = المتابعة إلى المصرف
outcome-title-cancelled = أُلغي الطلب
outcome-text-cancelled = تخلّيت عن هذا الطلب. لم يُخصم شيء وعادت المقاعد إلى البيع.
order-pay = الدفع الآن
order-cancel = التخلّي عن هذا الطلب
