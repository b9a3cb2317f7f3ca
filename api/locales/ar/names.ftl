name-title = تصحيح الاسم
name-until = ممكن حتى { $date }.
name-left = { $count ->
    [zero] لم يبق أي تصحيح.
    [one] بقي تصحيح واحد.
    [two] بقي تصحيحان.
    [few] بقيت { $count } تصحيحات.
    [many] بقي { $count } تصحيحًا.
   *[other] بقي { $count } تصحيح.
}
name-hint = اكتب الاسم كما في إثبات الهوية. يبقى الرمز نفسه، ونرسل إليك التذكرة باسمها الجديد.
name-go = تصحيح الاسم
name-done = صُحّح الاسم. تصل التذكرة بالبريد الإلكتروني باسمها الجديد.
refusal-ticket_over = استُعملت هذه التذكرة أو لم تعد صالحة: لا يتغير اسمها.
refusal-names_closed = انتهت مهلة تصحيح الاسم.
refusal-too_many_corrections = صُحّح الاسم أقصى عدد ممكن من المرات.
mail-corrected-subject = تذكرتك باسمها الجديد: { $event }
mail-corrected-text = صُحّح الاسم على هذه التذكرة.
mail-corrected-attached = التذكرة مرفقة؛ تخلّص من السابقة. إن كانت محفوظة على هاتف فافتحها عليه مرة أخرى.
mail-corrected-later = ستصل باسمها الجديد.
history-title = ما حدث
history-ordered = قُدّم الطلب
history-paid = دُفع
history-expired = انتهت مهلة الدفع
history-cancelled = أُلغي
history-refunded = رُدّ المبلغ
history-sent = أُرسلت التذكرة { $ticket }
history-scanned = مُسحت التذكرة { $ticket } عند البوابة
history-deactivated = عُطّلت التذكرة { $ticket }
history-name = صُحّح الاسم على التذكرة { $ticket }: { $name }، وكان { $former }
calendar-go = إضافة إلى التقويم
calendar-doors = تفتح الأبواب الساعة { $time }.
calendar-bring = أحضر تذكرتك وإثبات هوية كل شخص.
