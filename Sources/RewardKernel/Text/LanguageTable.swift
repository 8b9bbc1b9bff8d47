/// A language that `language_consistency` can be asked for.
struct LanguageEntry {
    /// The code used in messages, then every other code the language goes by: ISO 639-1, ISO 639-3 (of the macrolanguage
    /// and of its main member), the bibliographic code, CLD2's own.
    let codes: [String]
    /// English name, for messages.
    let name: String

    init(_ codes: String, _ name: String) {
        self.codes = codes.split(separator: " ").map(String.init)
        self.name = name
    }
}

/// Every list that the language component goes by: languages, groups, scripts.
enum LanguageTable {
    /// Languages that cannot be told apart reliably even over a thousand characters, because they are (nearly) one
    /// language under several names: CLD2 finds `ms` for 15 to 25 % of Malay texts only, and takes `bs` for `hr` half the time.
    /// Danish is not grouped with Norwegian: of 32 Danish texts of 25 letters and more, one is taken for Norwegian.
    static let confusableGroups: [[String]] = [
        ["hr", "bs", "sr"],
        ["no", "nn"],
        ["id", "ms"],
    ]

    /// Languages that CLD2 knows in another script only: their romanised form is not recognised, so a code such as
    /// `hi-Latn` is refused.
    static let notLatin: [String] = [
        "am", "ar", "be", "bg", "bn", "dv", "el", "fa", "gu", "he", "hi", "hy", "ja", "ka", "km", "kn", "ko", "ku",
        "ky", "lo",
        "mk", "ml", "mn", "mr", "my", "ne", "or", "pa", "ps", "ru", "sd", "si", "ta", "te", "tg", "th", "ti", "uk",
        "ur",
        "yi", "zh",
    ]

    // Allocates: while a plan is compiled.
    static let entries: [LanguageEntry] = [
        LanguageEntry("af afr", "Afrikaans"), LanguageEntry("am amh", "Amharic"),
        LanguageEntry("ar ara arb arq ary arz acm apc ars", "Arabic"), LanguageEntry("az aze azj", "Azerbaijani"),
        LanguageEntry("be bel", "Belarusian"), LanguageEntry("bg bul", "Bulgarian"), LanguageEntry("bn ben", "Bengali"),
        LanguageEntry("br bre", "Breton"), LanguageEntry("bs bos", "Bosnian"), LanguageEntry("ca cat", "Catalan"),
        LanguageEntry("ceb", "Cebuano"), LanguageEntry("cs ces cze", "Czech"), LanguageEntry("cy cym wel", "Welsh"),
        LanguageEntry("da dan", "Danish"), LanguageEntry("de deu ger", "German"), LanguageEntry("dv div", "Dhivehi"),
        LanguageEntry("el ell gre", "Greek"), LanguageEntry("en eng", "English"), LanguageEntry("eo epo", "Esperanto"),
        LanguageEntry("es spa", "Spanish"), LanguageEntry("et est ekk", "Estonian"),
        LanguageEntry("eu eus baq", "Basque"), LanguageEntry("fa fas per pes prs", "Persian"),
        LanguageEntry("fi fin", "Finnish"), LanguageEntry("fo fao", "Faroese"), LanguageEntry("fr fra fre", "French"),
        LanguageEntry("fy fry", "Frisian"), LanguageEntry("ga gle", "Irish"),
        LanguageEntry("gd gla", "Scottish Gaelic"),
        LanguageEntry("gl glg", "Galician"), LanguageEntry("gu guj", "Gujarati"), LanguageEntry("ha hau", "Hausa"),
        LanguageEntry("haw", "Hawaiian"), LanguageEntry("he heb iw", "Hebrew"), LanguageEntry("hi hin", "Hindi"),
        LanguageEntry("hr hrv", "Croatian"), LanguageEntry("ht hat", "Haitian Creole"),
        LanguageEntry("hu hun", "Hungarian"), LanguageEntry("hy hye arm", "Armenian"),
        LanguageEntry("id ind in", "Indonesian"), LanguageEntry("ig ibo", "Igbo"),
        LanguageEntry("is isl ice", "Icelandic"), LanguageEntry("it ita", "Italian"),
        LanguageEntry("ja jpn", "Japanese"),
        LanguageEntry("jv jav jw", "Javanese"), LanguageEntry("ka kat geo", "Georgian"),
        LanguageEntry("kk kaz", "Kazakh"), LanguageEntry("km khm", "Khmer"), LanguageEntry("kn kan", "Kannada"),
        LanguageEntry("ko kor", "Korean"), LanguageEntry("ku ckb", "Kurdish (Sorani)"),
        LanguageEntry("ky kir", "Kyrgyz"),
        LanguageEntry("la lat", "Latin"), LanguageEntry("lb ltz", "Luxembourgish"), LanguageEntry("lg lug", "Ganda"),
        LanguageEntry("ln lin", "Lingala"), LanguageEntry("lo lao", "Lao"), LanguageEntry("lt lit", "Lithuanian"),
        LanguageEntry("lv lav lvs", "Latvian"), LanguageEntry("mg mlg plt", "Malagasy"),
        LanguageEntry("mi mri mao", "Maori"), LanguageEntry("mk mkd mac", "Macedonian"),
        LanguageEntry("ml mal", "Malayalam"), LanguageEntry("mn mon khk", "Mongolian"),
        LanguageEntry("mr mar", "Marathi"), LanguageEntry("ms msa may zsm zlm", "Malay"),
        LanguageEntry("mt mlt", "Maltese"), LanguageEntry("my mya bur", "Burmese"),
        LanguageEntry("ne nep npi", "Nepali"), LanguageEntry("nl nld dut", "Dutch"),
        LanguageEntry("nn nno", "Norwegian Nynorsk"), LanguageEntry("no nor nb nob", "Norwegian"),
        LanguageEntry("ny nya", "Nyanja"), LanguageEntry("oc oci", "Occitan"), LanguageEntry("om orm gaz", "Oromo"),
        LanguageEntry("or ori ory", "Odia"), LanguageEntry("pa pan", "Punjabi"), LanguageEntry("pl pol", "Polish"),
        LanguageEntry("ps pus pbt", "Pashto"), LanguageEntry("pt por", "Portuguese"),
        LanguageEntry("qu que quy quz", "Quechua"), LanguageEntry("rn run", "Rundi"),
        LanguageEntry("ro ron rum mo mol", "Romanian"), LanguageEntry("ru rus", "Russian"),
        LanguageEntry("rw kin", "Kinyarwanda"), LanguageEntry("sd snd", "Sindhi"), LanguageEntry("si sin", "Sinhala"),
        LanguageEntry("sk slk slo", "Slovak"), LanguageEntry("sl slv", "Slovenian"), LanguageEntry("sm smo", "Samoan"),
        LanguageEntry("sn sna", "Shona"), LanguageEntry("so som", "Somali"),
        LanguageEntry("sq sqi alb als", "Albanian"), LanguageEntry("sr srp sr-me cnr", "Serbian"),
        LanguageEntry("st sot", "Southern Sotho"), LanguageEntry("su sun", "Sundanese"),
        LanguageEntry("sv swe", "Swedish"), LanguageEntry("sw swa swh", "Swahili"), LanguageEntry("ta tam", "Tamil"),
        LanguageEntry("te tel", "Telugu"), LanguageEntry("tg tgk", "Tajik"), LanguageEntry("th tha", "Thai"),
        LanguageEntry("ti tir", "Tigrinya"), LanguageEntry("tk tuk", "Turkmen"),
        LanguageEntry("tl tgl fil", "Tagalog"), LanguageEntry("tn tsn", "Tswana"), LanguageEntry("tr tur", "Turkish"),
        LanguageEntry("ts tso", "Tsonga"), LanguageEntry("tt tat", "Tatar"), LanguageEntry("ug uig", "Uyghur"),
        LanguageEntry("uk ukr", "Ukrainian"), LanguageEntry("ur urd", "Urdu"), LanguageEntry("uz uzb uzn", "Uzbek"),
        LanguageEntry("vi vie", "Vietnamese"), LanguageEntry("war", "Waray"), LanguageEntry("wo wol", "Wolof"),
        LanguageEntry("xh xho", "Xhosa"), LanguageEntry("yi yid ydd", "Yiddish"), LanguageEntry("yo yor", "Yoruba"),
        LanguageEntry("zh zho chi cmn yue wuu zh-hant zh-hans", "Chinese"), LanguageEntry("zu zul", "Zulu"),
    ]
}
