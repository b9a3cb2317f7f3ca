sheet-document-title = تذاكر الطلب { $number }
sheet-sold-place = عبر الإنترنت
sheet-seller = Guichet، شباك تذاكر الألعاب
sheet-condition-person = هذه التذكرة اسمية: لا يدخل بها إلا الشخص المذكور فيها مع إثبات هويته.
sheet-condition-once = تفتح بوابة واحدة مرة واحدة. يدخل أول من يُظهر نسخة منها: احتفظ بالرمز لنفسك.
sheet-condition-resale = بيعها من دون موافقة المنظّم مخالفة يعاقب عليها القانون.
sheet-condition-refund = لا تمنح التذاكر المحددة التاريخ حقًا في العدول. يُستردّ ثمنها إذا أُلغيت الفعالية.
sheet-condition-leave = من يغادر الموقع لا يحق له الدخول من جديد.
