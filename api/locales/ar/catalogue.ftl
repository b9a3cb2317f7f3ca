home-title = البرنامج
home-events = { $count ->
    [zero] فعالية
    [one] فعالية
    [two] فعالية
    [few] فعاليات
    [many] فعالية
   *[other] فعالية
}
home-sports = { $count ->
    [zero] رياضة
    [one] رياضة
    [two] رياضة
    [few] رياضات
    [many] رياضة
   *[other] رياضة
}
home-venues = { $count ->
    [zero] موقع
    [one] موقع
    [two] موقع
    [few] مواقع
    [many] موقعًا
   *[other] موقع
}
search-label = البحث عن فعالية
search-words = البحث
search-sport = الرياضة
search-venue = الموقع
search-from = من
search-to = إلى
search-max-price = الحد الأقصى (€)
search-all-sports = كل الرياضات
search-all-venues = كل المواقع
search-available = مقاعد متاحة
search-go = بحث
search-clear = مسح البحث
results-found = { $count ->
    [0] لا توجد فعاليات
    [one] فعالية واحدة
    [two] فعاليتان
    [few] { $shown } فعاليات
    [many] { $shown } فعالية
   *[other] { $shown } فعالية
}
results-none = لا شيء يطابق هذا البحث
results-none-hint = وسّع التواريخ أو ارفع السعر أو جرّب رياضة أخرى.
results-pages = صفحات النتائج
results-previous = الفعاليات السابقة
results-next = الفعاليات التالية
card-from = ابتداءً من
card-book = حجز
card-see = عرض
card-sold-out = نفدت
card-not-open = يبدأ البيع في { $date }
card-closed = انتهى البيع
sale-unavailable = البيع متوقف للحظات. البرنامج متاح؛ حاول من جديد بعد دقائق.
event-back = كل الفعاليات
event-tickets = التذاكر
event-choose = اختر مقاعدك
event-choose-hint = السعر الواحد للباقة كلها. مقاعد الباقة متجاورة دائمًا.
event-hold = حجز هذه المقاعد
event-hold-hint = نختار أفضل المقاعد المتاحة في الفئة ونحفظها لك أثناء الدفع.
event-programme = في البرنامج
event-know = معلومات مفيدة
event-other-events = عرض الفعاليات الأخرى
event-closed = لم تعد تذاكر هذه الفعالية معروضة للبيع.
event-not-open = يبدأ بيع تذاكر هذه الفعالية في { $date }.
know-names = تذاكر اسمية
know-names-text = تحمل كل تذكرة اسمًا. أحضر إثبات هوية عند الدخول.
know-adjacent = معًا
know-adjacent-text = مقاعد الباقتين الثنائية والعائلية متجاورة في الصف نفسه.
know-withdrawal = لا حق في العدول
know-withdrawal-text = لا تمنح تذاكر الفعاليات الترفيهية المحددة التاريخ حقًا في العدول عن الشراء (قانون الاستهلاك الفرنسي، المادة {"\u2066"}L221-28, 12°{"\u2069"}).
category-name = الفئة { $code }
category-free = { $count ->
    [0] نفدت
    [one] مقعد واحد متاح
    [two] مقعدان متاحان
    [few] { $shown } مقاعد متاحة
    [many] { $shown } مقعدًا متاحًا
   *[other] { $shown } مقعد متاح
}
category-unknown = التوفر غير معروف
offer-none = غير متاح
offer-label = { $formula }، { $category }
event-cancelled = أُلغيت هذه الفعالية.
card-cancelled = ملغاة
search-ignored = تعذّرت قراءة أحد عوامل التصفية فتُرك جانبًا.
home-description = برنامج المهرجان كاملًا، رياضة رياضة ويومًا بيوم. اختر مقاعدك على المخطط واستلم تذاكرك بالبريد الإلكتروني.
event-description = { $date }، { $venue }، { $city }. { $programme }
search-example = الجودو، نهائي السيدات، Lyon…
search-more = خيارات أخرى
search-city = المدينة
search-all-cities = كل المدن
search-together = مقاعد متجاورة
search-together-any = لا يهم
search-together-places = { $shown } متجاورة
search-step-free = دخول بلا درج
search-sort = الترتيب حسب
sort-fit = الأنسب
sort-date = التاريخ
sort-price = السعر
search-read-as = لا نتائج عن «{ $typed }»: هذه نتائج «{ $word }».
search-offline = أنت غير متصل: هذه آخر نتائج استطعنا قراءتها.
view-label = طريقة العرض
view-cards = قائمة
view-calendar = تقويم
chips-label = عوامل التصفية المختارة
chip-remove = (إزالة)
chip-words = «{ $value }»
chip-from = من { $value }
chip-to = حتى { $value }
chip-max-price = { $value } € على الأكثر
card-medals = نهائيات
stock-unknown = معروضة للبيع
stock-free = مقاعد متاحة
stock-last = { $count ->
    [zero] لم يبقَ أي مقعد
    [one] لم يبقَ سوى مقعد واحد
    [two] لم يبقَ سوى مقعدين
    [few] لم يبقَ سوى { $shown } مقاعد
    [many] لم يبقَ سوى { $shown } مقعدًا
   *[other] لم يبقَ سوى { $shown } مقعد
}
stock-baskets = كل المقاعد في سلال أخرى: قد يعود بعضها
step-free = دخول بلا درج
step-free-unknown = الدخول بلا درج غير مؤكد
calendar-caption = عدد الفعاليات حسب الرياضة واليوم
calendar-events = { $count ->
    [zero] { $shown } فعالية
    [one] { $shown } فعالية
    [two] { $shown } فعالية
    [few] { $shown } فعاليات
    [many] { $shown } فعالية
   *[other] { $shown } فعالية
}
calendar-cell = { $sport }، { $day }: { $events }
calendar-cell-medals = { $sport }، { $day }: { $events }، مع نهائيات
calendar-key = فعاليات ذلك اليوم
calendar-key-medals = مع نهائيات
calendar-cut = تظهر الأيام الأولى فقط. اختر التواريخ لعرض الباقي.
state-baskets-title = كل المقاعد في سلال
state-baskets-text = لا مقعد متاح في هذه اللحظة، لكن المقاعد التي يحجزها آخرون قد تعود خلال عشر دقائق. عُد بعد قليل.
state-sold-text = بيعت كل مقاعد هذه الفعالية.
state-sold-link = عرض فعاليات ما زالت فيها مقاعد
category-baskets = كل المقاعد في سلال أخرى
category-held = { $count ->
    [zero] لا مقاعد في سلال أخرى
    [one] مقعد واحد في سلة أخرى
    [two] مقعدان في سلال أخرى
    [few] { $shown } مقاعد في سلال أخرى
    [many] { $shown } مقعدًا في سلال أخرى
   *[other] { $shown } مقعد في سلال أخرى
}
category-wheelchairs = كرسي متحرك ومرافق ({ $code })
category-wheelchairs-hint = مكان لكرسي متحرك وبجانبه مقعد المرافق.
event-on-the-map = الاختيار على المخطط
event-access = الوصول إلى الموقع
event-gates = فتح البوابات
gates-open = ابتداءً من { $time }
event-way = الطريق
event-steps = إمكانية الوصول
map-title = مخطط المقاعد
map-plan = المخطط
map-field = أرض المنافسة
map-block = { $block }، { $category }، { $free }
map-row = الصف { $row }
map-seat = المقعد { $from }
map-seats = المقاعد { $from } إلى { $to }
map-key-free = متاح
map-key-taken = غير متاح
map-key-chosen = مختار
map-key-full = لا شيء متاح
map-scheme = مخطط تقريبي بلا مقياس: الأجزاء الأقرب إلى أرض المنافسة هي أجزاء أفضل الفئات.
map-how-many = كم مقعدًا؟
map-block-choice = القطاع
map-block-none = اختر قطاعًا
map-show-seats = عرض المقاعد
map-seat-choice = مقاعدك
map-none-together = لم يبقَ هذا العدد من المقاعد المتجاورة في هذا القطاع. جرّب باقة أخرى أو قطاعًا آخر.
map-block-full = هذا القطاع مكتمل. جرّب قطاعًا آخر.
map-standing = المكان هنا وقوفًا: الأماكن مرقّمة، لكنك تقف حيث تشاء.
map-choose-hint = اختر قطاعًا على المخطط أو في القائمة.
map-offline = أنت غير متصل: لم يعد المخطط محدّثًا.
map-too-few = لا توجد هنا مقاعد متجاورة كافية.
map-gone = أخذ شخص آخر هذه المقاعد للتو. اختر غيرها.
map-zoom-in = تكبير المخطط
map-zoom-out = تصغير المخطط
map-zoom-all = عرض المخطط كله
map-pair = مكان الكرسي ومقعد المرافق
map-space = مكان لكرسي متحرك
map-companion = مقعد المرافق
map-best = أفضل المقاعد بنقرة واحدة
