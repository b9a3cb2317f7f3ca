queue-title = غرفة الانتظار
queue-shop = كل الفعاليات
queue-utc = {"\u200F"}{ $time } ({"\u2066"}UTC{"\u2069"})
queue-step-outside = الإقبال على هذه التذاكر كبير: يدخل كل شخص في دوره.
queue-step-drawn_later = أنت مشارك في القرعة.
queue-step-waiting = أنت في الطابور.
queue-step-called = حان دورك.
queue-step-inside = لقد دخلت.
queue-step-sold_out = بيع كل شيء.
queue-step-closed = غرفة الانتظار هذه مغلقة.
queue-step-sale_over = انتهى البيع.
queue-step-cancelled = أُلغيت هذه الفعالية.
queue-hint-outside = تُجرى القرعة بين كل الحاضرين قبل الافتتاح: لا فائدة من الحضور باكرًا. ومن يصل بعد ذلك يقف خلفهم. يجب تسجيل الدخول.
queue-hint-drawn_later = عند الافتتاح يحصل كل حاضر على مرتبة بالقرعة. تتحدّث هذه الصفحة وحدها، ويمكنك إغلاقها والعودة بهذا المتصفح.
queue-hint-waiting = تتحدّث هذه الصفحة وحدها. تحتفظ بمرتبتك إذا أغلقتها وعدت بهذا المتصفح وبالحساب نفسه.
queue-hint-called = بعد الدخول لديك عشر دقائق لاختيار مقاعدك، وأكثر عند الطلب.
queue-hint-inside = تُحجز مقاعدك فور اختيارها. إذا احتجت إلى وقت إضافي فيمكنك طلبه مرتين.
queue-hint-sold_out = لم يعد أحد يدخل. إذا أُعيدت مقاعد فإن الطابور يتابع من حيث وصل.
queue-hint-closed = يمكنك الذهاب مباشرة إلى التذاكر.
queue-hint-sale_over = أُغلقت غرفة الانتظار هذه مع انتهاء البيع. التذاكر التي اشتريتها في حسابك.
queue-hint-cancelled = غرفة الانتظار هذه مغلقة. إذا اشتريت تذاكر فهي في حسابك.
queue-before = { $count ->
    [0] دورك هو التالي
    [one] شخص واحد قبلك
    [two] شخصان قبلك
    [few] { $shown } أشخاص قبلك
    [many] { $shown } شخصًا قبلك
   *[other] { $shown } شخص قبلك
}
queue-before-script = عدد من قبلك: #
queue-estimate = نحو { $least } إلى { $most } دقيقة بالوتيرة الحالية.
queue-estimate-soon = أقل من دقيقة بالوتيرة الحالية.
queue-estimate-unknown = لا أحد يدخل في هذه اللحظة، ولذلك لا نستطيع تقدير المدة.
queue-opens = الافتتاح: { $time }.
queue-until = يمكنك اختيار المقاعد حتى: { $time }.
queue-enter = دخول غرفة الانتظار
queue-come-in = اختيار مقاعدي
queue-choose = عرض التذاكر
queue-other-events = عرض فعاليات أخرى
queue-more-time = أحتاج إلى وقت إضافي
queue-how-drawn = كيف تُجرى القرعة وكيف تتحقق منها
event-queue = الإقبال على البيع كبير. مُرّ بغرفة الانتظار قبل اختيار مقاعدك.
event-queue-link = الذهاب إلى غرفة الانتظار
draw-title = القرعة
draw-text = تُحدَّد المراتب بعملية حسابية يستطيع أي شخص إعادتها. تُنشر بصمة بذرتها فور إنشاء غرفة الانتظار، وقائمة المشاركين عند الافتتاح، والبذرة نفسها بعد ذلك بثوانٍ.
draw-seed-hash = بصمة البذرة ({"\u2066"}SHA-256{"\u2069"})
draw-list = القائمة وبصمتها ({"\u2066"}SHA-256{"\u2069"})
draw-list-size = الأرقام من 1 إلى { $size }
draw-list-later = تُنشر عند الافتتاح
draw-seed = البذرة
draw-seed-later = تُكشف بعد القائمة بثوانٍ
draw-own = رقمك
draw-check = التحقق من مرتبة بنفسك
draw-check-text = الطريقة موصوفة في توثيق المنصة ({"\u2066"}docs/waiting-room.md{"\u2069"}). برنامج من بضعة أسطر يعرض البصمتين ومرتبة أي رقم.
draw-download = تنزيل {"\u2066"}draw.py{"\u2069"}
draw-number = رقم من القائمة
draw-number-hint = أو معرّف حساب دخل مرتين. يحسب متصفحك المرتبة من القيم أعلاه.
draw-go = إعادة حساب مرتبته
draw-result = الرقم #number مرتبته #place.
draw-digests-agree = البصمتان مطابقتان لما نُشر من قبل.
draw-digests-differ = لكن البصمتين لا تطابقان ما نُشر.
draw-number-wrong = هذا ليس رقمًا من القائمة.
refusal-queue_not_your_turn = لم يحن دورك بعد. تحتفظ بمرتبتك.
refusal-queue_place_wrong = هذه المرتبة لحساب آخر أو متصفح آخر. ادخل غرفة الانتظار من جديد.
refusal-queue_place_used = انتهى وقت هذه المرتبة. يمكنك دخول غرفة الانتظار من جديد.
refusal-queue_no_more_time = انتهى وقتك أو مُدّد مرتين من قبل.
refusal-queue_sold_out = بيع كل شيء.
refusal-queue_closed = غرفة الانتظار هذه مغلقة.
