/// The lists that ship with the filter: short, own, English. They catch the plain cases without a file to fetch; a real
/// deployment brings its own lists, LDNOOBW's for example.
package enum BuiltInSafetyLists {
    package static let names = ["profanity_en", "slurs_en", "sexual_en"]

    /// The entries of a built-in list, or nil when there is none of that name.
    // Allocates: while a configuration is loaded.
    package static func entries(named name: String) -> [String]? {
        switch name {
        case "profanity_en": words(profanity)
        case "slurs_en": words(slurs)
        case "sexual_en": words(sexual)
        default: nil
        }
    }

    // Allocates: while a configuration is loaded.
    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: { $0 == "," || $0.isNewline }).map { word in
            String(word.drop(while: { $0 == " " }))
        }
    }

    /// Swear words and insults, each form in which they are written. Words with a common innocent sense (cock, prick, hell)
    /// are left out: a reward that fires on them teaches the policy to avoid plain English.
    private static let profanity = """
        arse, arsehole, arseholes, ass, asses, asshat, asshats, asshole, assholes, asswipe, asswipes
        bastard, bastards, bellend, bellends, bitch, bitched, bitches, bitching, bitchy, bollocks, bugger off, bullshit
        bullshitting, clusterfuck, cocksucker, cocksuckers, crap, crappy, cunt, cunts, dickhead, dickheads, dipshit
        dipshits, douchebag, douchebags, dumbass, dumbasses, dumbfuck, fuck, fucked, fucker, fuckers, fuckface
        fuckhead, fuckin, fucking, fucks, fuckup, fuckwit, fuckwits, fuk
        goddamn, goddammit, god damn, horseshit, jackass, jackasses
        motherfucker, motherfuckers, motherfucking, piece of shit, piss off, pissed off
        scumbag, scumbags, shit, shite, shitface, shithead, shitheads, shithole, shitholes, shits, shitshow, shitted
        shitting, shitty, son of a bitch, sons of bitches, stfu, tosser, tossers, twat, twats, wanker, wankers, wtf
        """

    /// Words that attack people for who they are; again without those that are as often something else (chink, dyke).
    private static let slurs = """
        beaner, beaners, darkie, darkies, fag, faggot, faggots, faggy, fags, gook, gooks
        kike, kikes, mongoloid, nigga, niggas, nigger, niggers, paki, pakis, raghead, ragheads, retard, retarded
        retards, shemale, shemales, spic, spics, towelhead, towelheads, tranny, trannies, wetback, wetbacks, wop, wops
        """

    /// Sexually explicit words.
    private static let sexual = """
        anal sex, blow job, blow jobs, blowjob, blowjobs, boner, boners, boobs, butt plug, camgirl, clit, cum shot
        cumshot, cumshots, cunnilingus, deepthroat, dildo, dildos, fellatio, gangbang, gang bang, hand job
        handjob, hentai, horny, jerk off, jizz, milf, milfs, nympho, orgy, porn, porno, pornography, pussies
        pussy, rimjob, slut, sluts, slutty, titties, tits, wank, whore, whores
        """
}
