# مراسلة المنظّم: النموذج والطلبات ورسائلها.
contact-title = اكتب إلينا
contact-lead = سؤال أو مشكلة أو شكوى: تحصل على رقم فورًا وعلى جواب مكتوب.
contact-help-first = معظم الأسئلة لها أجوبة في المساعدة
contact-sign-in-why = إذا سجّلت الدخول أمكنك اختيار الطلب المعني ومتابعة أجوبتنا في حسابك.
contact-subject = ما الموضوع؟
contact-subject-choose = اختر
contact-subject-empty = اختر الموضوع.
contact-about = أي طلب أو تذكرة؟
contact-about-none = لا شيء بعينه
contact-text = رسالتك
contact-text-hint = { $count ->
    [zero] { $shown } حرف على الأكثر.
    [one] حرف واحد على الأكثر.
    [two] حرفان على الأكثر.
    [few] { $shown } أحرف على الأكثر.
    [many] { $shown } حرفًا على الأكثر.
   *[other] { $shown } حرف على الأكثر.
}
contact-text-empty = اكتب رسالتك.
contact-text-long = { $count ->
    [zero] الرسالة طويلة جدًا: فيها { $shown } حرف. اختصرها أو أرفق الباقي.
    [one] الرسالة طويلة جدًا: فيها حرف واحد. اختصرها أو أرفق الباقي.
    [two] الرسالة طويلة جدًا: فيها حرفان. اختصرها أو أرفق الباقي.
    [few] الرسالة طويلة جدًا: فيها { $shown } أحرف. اختصرها أو أرفق الباقي.
    [many] الرسالة طويلة جدًا: فيها { $shown } حرفًا. اختصرها أو أرفق الباقي.
   *[other] الرسالة طويلة جدًا: فيها { $shown } حرف. اختصرها أو أرفق الباقي.
}
contact-files = الملفات (اختياري)
contact-files-hint = { $count ->
    [zero] PDF أو JPEG أو PNG.
    [one] PDF أو JPEG أو PNG: ملف واحد لا يتجاوز 5 ميغابايت.
    [two] PDF أو JPEG أو PNG: ملفان على الأكثر لا يتجاوز كل منهما 5 ميغابايت.
    [few] PDF أو JPEG أو PNG: حتى { $count } ملفات لا يتجاوز كل منها 5 ميغابايت.
    [many] PDF أو JPEG أو PNG: حتى { $count } ملفًا لا يتجاوز كل منها 5 ميغابايت.
   *[other] PDF أو JPEG أو PNG: حتى { $count } ملف لا يتجاوز كل منها 5 ميغابايت.
}
contact-files-again = ما زالت رسالتك هنا؛ اختر الملفات من جديد.
contact-file-too-many = ملفات كثيرة. أرسل الباقي في رسالة أخرى. ما زالت رسالتك هنا؛ اختر الملفات من جديد.
contact-file-too-large = «{ $name }» أكبر من 5 ميغابايت. ما زالت رسالتك هنا؛ اختر الملفات من جديد.
contact-file-empty = «{ $name }» فارغ. ما زالت رسالتك هنا؛ اختر الملفات من جديد.
contact-file-wrong-kind = «{ $name }» ليس ملف PDF أو JPEG أو PNG مهما قال اسمه. ما زالت رسالتك هنا؛ اختر الملفات من جديد.
contact-file-broken = «{ $name }» تالف: لا نستطيع فتحه. ما زالت رسالتك هنا؛ اختر الملفات من جديد.
contact-file-active = «{ $name }» ملف PDF يحتوي على برنامج أو ملفات أخرى. اطبعه من جديد بصيغة PDF أو أرسل صورة. ما زالت رسالتك هنا؛ اختر الملفات من جديد.
contact-file-locked = «{ $name }» محمي بكلمة مرور. احفظه من دونها. ما زالت رسالتك هنا؛ اختر الملفات من جديد.
contact-go = إرسال
contact-sealed = ما تكتبه وترفقه مشفّر؛ ولا يقرؤه إلا الموظفون الذين يجيبونك.
contact-sent-title = وصلتنا رسالتك
contact-sent-number = رقمك:
contact-sent-text = هو في الطريق إليك بالبريد الإلكتروني مع رابط لمتابعة مراسلتك وإضافة المزيد.
support-subject-order = طلب
support-subject-payment = دفع أو استرداد
support-subject-ticket = تذكرة
support-subject-name = اسم يحتاج إلى تصحيح
support-subject-entrance = دخول الموقع
support-subject-accessibility = إمكانية الوصول
support-subject-account = حسابي
support-subject-second_factor = هاتف مفقود ومعه الرموز الاحتياطية
support-subject-claim = شكوى
support-subject-other = أمر آخر
cases-title = مراسلاتي
cases-none = لم تكتب إلينا بعد
cases-none-hint = تُحفظ هنا المراسلات والشكاوى التي ترسلها وأنت مسجّل الدخول، مع أجوبتنا.
cases-new = اكتب إلينا
case-title = المراسلة { $number }
case-messages = الرسائل
case-files = الملفات المرفقة
case-author-person = أنت
case-author-staff = Guichet
case-state-open = لدينا
case-state-answered = أُجيب عنها
case-state-closed = مغلقة
case-state-text-open = وصلتنا رسالتك وسنجيب هنا وبالبريد الإلكتروني.
case-state-text-answered = لقد أجبنا. إذا بقي شيء فاكتب من جديد.
case-state-text-closed = هذه المراسلة مغلقة. الكتابة من جديد تفتحها.
case-opened = تاريخ الإرسال
case-about = بخصوص
case-about-see = عرض ما اشتريته
case-write-open = إضافة شيء
case-write-answered = الرد
case-write-closed = الكتابة من جديد
case-write-go = إرسال
case-close = انتهى الأمر: إغلاق
case-done-sent = وصلتنا رسالتك. اذكر هذا الرقم إذا اتصلت أو كتبت.
case-done-written = أُضيفت رسالتك.
case-done-closed = هذه المراسلة مغلقة.
size-kb = { $size } كيلوبايت
size-mb = { $size } ميغابايت
moment-utc = {"\u200F"}{ $moment } ({"\u2066"}UTC{"\u2069"})
refusal-case_full = لا تتسع هذه المراسلة للمزيد. أرسل مراسلة جديدة واذكر رقمها.
refusal-malformed = لم نستطع قراءة هذا النموذج. أعد تحميل الصفحة وحاول من جديد.
refusal-files_too_large = هذا كبير جدًا: ثلاثة ملفات على الأكثر لا يتجاوز كل منها 5 ميغابايت.
mail-hello-nobody = مرحبًا،
mail-case-subject-opened = مراسلتك { $number }
mail-case-subject-answered = جوابنا عن مراسلتك { $number }
mail-case-opened = وصلتنا رسالتك وسنجيبك كتابةً. هذا رقمها لتذكره إذا اتصلت أو كتبت:
mail-case-answered = هذا جوابنا عن مراسلتك:
mail-case-follow = تابع مراسلتك واكتب المزيد هنا:
mail-case-not-you = إذا لم تكتب إلينا فتجاهل هذه الرسالة: أخطأ شخص ما في كتابة عنوانه.
faq-not-here = لم تجد جوابك؟
contact-about-this = سؤال عن هذا الطلب؟
