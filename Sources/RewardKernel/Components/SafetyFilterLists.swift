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

    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: { $0 == "," || $0.isNewline }).map { word in
            String(word.drop(while: { $0 == " " }))
        }
    }

    /// Swear words and insults in the forms in which they are written; words with a common innocent sense (damn, hell,
    /// cock, ass as an animal's name aside) are in only where the insult is the usual one.
    private static let profanity = """
        arse, arsehole, arseholes, ass, asses, asshat, asshats, asshole, assholes, asswipe, asswipes
        bastard, bastards, bellend, bellends, bitch, bitched, bitches, bitching, bitchy, bollocks, bugger off, bullshit
        bullshitting, clusterfuck, cocksucker, cocksuckers, crap, crappy, cunt, cunts, dickhead, dickheads, dipshit
        dipshits, douchebag, douchebags, dumbass, dumbasses, dumbfuck, fuck, fucked, fucker, fuckers, fuckface
        fuckhead, fuckin, fucking, fucks, fuckup, fuckwit, fuk, fuckwits, goddamn, goddammit, god damn, horseshit, jackass
        jackasses, motherfucker, motherfuckers, motherfucking, piece of shit, piss off, pissed off, prick, pricks
        scumbag, scumbags, shit, shite, shitface, shithead, shitheads, shithole, shitholes, shits, shitshow, shitted
        shitting, shitty, son of a bitch, sons of bitches, stfu, tosser, tossers, twat, twats, wanker, wankers, wtf
        """

    /// Words that attack people for who they are.
    private static let slurs = """
        beaner, beaners, chink, chinks, coon, coons, dyke, dykes, fag, faggot, faggots, faggy, fags, gook, gooks
        kike, kikes, mongoloid, nigga, niggas, nigger, niggers, paki, pakis, raghead, ragheads, retard, retarded
        retards, shemale, shemales, spic, spics, towelhead, towelheads, tranny, trannies, wetback, wetbacks, wop, wops
        """

    /// Sexually explicit words.
    private static let sexual = """
        anal sex, blow job, blow jobs, blowjob, blowjobs, boner, boners, boobs, butt plug, camgirl, clit, cum shot, cumming
        cumshot, cunnilingus, deepthroat, dildo, dildos, fellatio, fingering, gangbang, gang bang, hand job, handjob
        hentai, horny, jerk off, jizz, milf, milfs, nudes, nympho, orgy, porn, porno, pornography, pussies, pussy
        rimjob, slut, sluts, slutty, titties, tits, wank, whore, whores, xxx
        """
}
