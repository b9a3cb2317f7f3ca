device-name = { $browser } على { $system }
device-other = جهاز آخر
settings-session-seen = آخر ظهور { $date } ({"\u2066"}UTC{"\u2069"}).
settings-session-end = تسجيل الخروج
settings-session-end-label = تسجيل الخروج: { $device }
settings-done-session = سُجّل خروج ذلك الجهاز.
settings-done-two-factors-off = أُوقف التحقق بخطوتين. كلمة المرور وحدها تفتح حسابك من جديد.
two-factors-title = التحقق بخطوتين
two-factors-lead = مع التحقق بخطوتين لا تفتح كلمة المرور وحدها حسابك: نطلب أيضًا رمزًا من هاتفك.
two-factors-is-on = التحقق بخطوتين مفعّل
two-factors-manage = تغيير التحقق بخطوتين
two-factors-set-up = إعداد التحقق بخطوتين
two-factors-needs = تحتاج إلى تطبيق مصادقة على هاتفك، مثل التطبيق الذي يحفظ كلمات مرورك. أولًا كلمة المرور:
two-factors-scan = 1. امسح هذا بالتطبيق
two-factors-qr = رمز QR لتطبيق المصادقة
two-factors-here = التطبيق على هذا الهاتف: افتحه
two-factors-type = أو اكتب هذا السر في التطبيق:
two-factors-first = 2. اكتب أول رمز يظهره
two-factors-on-go = تفعيل
two-factors-wrong = هذا الرمز غير صحيح أو سبق استعماله. انتظر الرمز التالي في التطبيق وتحقق من ساعة هاتفك.
two-factors-again = انتهى وقت كتابة الرمز أو كثرت المحاولات الخاطئة. سجّل الدخول من جديد.
two-factors-since = منذ { $date } ({"\u2066"}UTC{"\u2069"}).
two-factors-codes-left = { $count ->
    [zero] لم يبق أي رمز احتياطي. أنشئ رموزًا جديدة.
    [one] بقي رمز احتياطي واحد.
    [two] بقي رمزان احتياطيان.
    [few] بقيت { $count } رموز احتياطية.
    [many] بقي { $count } رمزًا احتياطيًا.
   *[other] بقي { $count } رمز احتياطي.
}
two-factors-codes-go = إنشاء رموز احتياطية جديدة
two-factors-codes-lead = الرموز التي كنت تحتفظ بها لن تعمل بعد ذلك.
two-factors-a-code = رمز من التطبيق أو رمز احتياطي
two-factors-off-go = إيقاف التحقق بخطوتين
two-factors-off-lead = ستفتح كلمة المرور وحدها حسابك من جديد.
two-factors-done = فُعّل التحقق بخطوتين.
recovery-title = رموزك الاحتياطية
recovery-lead = نعرضها مرة واحدة. اطبعها أو اكتبها، واحفظها بعيدًا عن هاتفك.
recovery-how = إذا فقدت هاتفك يفتح أحدها حسابك بدلًا منه. كل رمز يعمل مرة واحدة.
recovery-kept = احتفظت بها
code-title = رمزك
code-lead = كلمة المرور صحيحة. خطوة أخرى: الرمز الذي يظهره التطبيق.
code-field = رمز من التطبيق
code-hint = 6 أرقام. يظهر رمز جديد كل 30 ثانية.
code-no-phone = هاتفي ليس معي
code-recovery-field = رمز احتياطي
code-recovery-hint = أحد الرموز العشرة التي احتفظت بها. يعمل مرة واحدة.
code-neither = ليس معي هاتفي ولا رمز احتياطي
code-neither-how = اكتب إلينا من عنوان حسابك. نتحقق من هويتك ثم نوقف التحقق بخطوتين.
code-other = تسجيل الدخول بحساب آخر
refusal-second_factor_required = لهذا الحساب تحقق بخطوتين: يلزم رمز أيضًا.
mail-two-factors-on-subject = فُعّل التحقق بخطوتين في حسابك لدى Guichet
mail-two-factors-on = من الآن يطلب حسابك لدى Guichet رمزًا من هاتفك بعد كلمة المرور. سُجّل خروجك من كل مكان آخر.
mail-two-factors-off-subject = أُوقف التحقق بخطوتين في حسابك لدى Guichet
mail-two-factors-off = من الآن تفتح كلمة المرور وحدها حسابك لدى Guichet.
mail-two-factors-off-by-staff = أوقف فريقنا التحقق بخطوتين في حسابك لدى Guichet بطلب منك وبعد التحقق من هويتك. كلمة المرور وحدها تفتح حسابك، وسُجّل خروجك من كل مكان.
mail-two-factors-not-you = إذا لم تكن أنت، فغيّر كلمة المرور الآن واكتب إلينا:
