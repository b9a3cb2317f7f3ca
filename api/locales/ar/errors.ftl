error-title-not-found = هذه الصفحة ليست في البرنامج
error-text-not-found = ربما كُتب العنوان خطأً أو سُحبت الصفحة.
error-title-forbidden = هذه البوابة ليست لك
error-text-forbidden = أنت مسجّل الدخول، لكن هذه الصفحة لشخص آخر أو أن النموذج قديم جدًا. ارجع وأعد التحميل وحاول من جديد.
error-title-bad-request = لم نستطع قراءة ذلك
error-text-bad-request = كان الطلب غير سليم. ارجع وحاول من جديد.
error-title-rate-limited = على مهلك قليلًا
error-text-rate-limited = محاولات كثيرة في وقت قصير. انتظر لحظة ثم حاول من جديد.
error-title-unavailable = نعود بعد لحظات
error-text-unavailable = جزء من المنصة لا يستجيب. لم يضع شيء مما يخصك؛ حاول من جديد بعد دقائق.
error-title-bug = الخطأ منّا
error-text-bug = تعطّل شيء من جهتنا وقد بلغنا ذلك. لم يضع شيء مما يخصك.
error-title-refused = هذا غير ممكن
error-home = العودة إلى البرنامج
error-request = إذا كتبت إلينا فاذكر
refusal-sold_out = لم تبقَ مقاعد متجاورة في هذه الفئة. جرّب فئة أخرى أو باقة أخرى.
refusal-seats_taken = أخذ شخص آخر هذه المقاعد للتو. اختر من جديد.
refusal-formula_not_sold = لا تُباع هذه الفئة في هذه الباقة.
refusal-hold_expired = انتهى وقت الطلب وعادت المقاعد إلى البيع. اختر من جديد.
refusal-sale_closed = تذاكر هذه الفعالية ليست معروضة للبيع.
refusal-too_many_tickets = بلغت عدد التذاكر الذي يمكن لشخص واحد شراؤه لهذه الفعالية.
refusal-id_reused = استُعمل هذا النموذج من قبل لغرض آخر. أعد تحميل الصفحة وحاول من جديد.
refusal-account_not_active = حسابك غير مفعّل بعد. اكتب الرمز الذي أرسلناه إليك.
refusal-code_wrong = هذا الرمز غير صحيح. تحقّق منه أو اطلب رمزًا جديدًا.
refusal-code_expired = انتهت صلاحية هذا الرمز. اطلب رمزًا جديدًا.
refusal-rate_limited = محاولات كثيرة في وقت قصير. انتظر لحظة ثم حاول من جديد.
refusal-queue_required = الإقبال على البيع كبير. مُرّ بغرفة الانتظار.
refusal-not_released = لم تُسلَّم هذه التذكرة بعد.
refusal-not_found = لم نجد ذلك.
refusal-invalid = تحقّق من الحقول المشار إليها أدناه.
refusal-other = رُفض ذلك ({ $code }). ارجع وحاول من جديد.
refusal-credentials_wrong = البريد الإلكتروني أو كلمة المرور غير صحيح.
refusal-terms_not_accepted = اقبل شروط البيع لإتمام الطلب.
refusal-holder_count = اكتب اسمًا لكل تذكرة.
refusal-already_paid = دُفع ثمن هذا الطلب من قبل.
refusal-order_expired = انتهى وقت الدفع وعادت المقاعد إلى البيع.
refusal-order_cancelled = أُلغي هذا الطلب.
refusal-hold_ordered = هذه المقاعد في طلب من قبل. تجده في حسابك.
refusal-event_cancelled = أُلغيت هذه الفعالية.
refusal-csrf = كان هذا النموذج قديمًا جدًا. ارجع وأعد تحميل الصفحة وحاول من جديد.
refusal-proof_of_work_required = هناك إقبال كبير في هذه اللحظة. اتبع الملاحظة في آخر النموذج ثم أرسله من جديد.
refusal-proof_of_work_wrong = انتهت صلاحية التحقق أو استُعمل من قبل. هناك تحقق جديد جاهز: أرسل النموذج من جديد.
refusal-sms_ceiling = تُرسل الآن رسائل كثيرة جدًا إلى هذا البلد. استلم رمزك بالبريد الإلكتروني.
error-title-busy = هناك إقبال كبير الآن
error-text-busy = لم يضع شيء مما يخصك، وما حجزته يبقى لك. انتظر بضع ثوانٍ ثم ارجع وحاول من جديد.
error-title-maintenance = أعمال صيانة
error-text-maintenance = البيع متوقف للصيانة. لم يضع شيء مما يخصك: طلباتك وتذاكرك في انتظارك. البرنامج متاح.
error-title-too-large = هذا طويل جدًا
error-text-too-large = ما أرسلته أكبر مما يمكن إرساله دفعة واحدة. ارجع واختصره ثم أرسله من جديد.
error-title-unread = لم يصلنا ما أرسلته كاملًا
error-text-unread = الاتصال بطيء أو انقطع. ارجع وراجع ما كتبته ثم أرسله من جديد.
error-wait = { $count ->
    [zero] يمكنك المحاولة من جديد الآن.
    [one] يمكنك المحاولة من جديد بعد ثانية.
    [two] يمكنك المحاولة من جديد بعد ثانيتين.
    [few] يمكنك المحاولة من جديد بعد { $shown } ثوانٍ.
    [many] يمكنك المحاولة من جديد بعد { $shown } ثانية.
   *[other] يمكنك المحاولة من جديد بعد { $shown } ثانية.
}
error-again = المحاولة من جديد
